//! Random UUIDs and addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use orm_core::prelude::*;
use orm_core::value::Native;
use proptest::prelude::*;
use uuid::{Builder, Uuid, Variant, Version};

use super::sample::{come_back, sample};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "hosts", no_default)]
struct Host {
    #[primary_key]
    id: i32,
    uuid: Uuid,
    maybe: Option<Uuid>,
    four: Ipv4Addr,
    six: Ipv6Addr,
    any: IpAddr,
}

sample!(Host: uuid four six any);

fn uuid() -> impl Strategy<Value = Uuid> {
    prop_oneof![Just(0), Just(u128::MAX), any::<u128>()].prop_map(Uuid::from_u128)
}

fn six() -> impl Strategy<Value = Ipv6Addr> {
    let short = any::<u32>().prop_map(|bits| Ipv6Addr::from_bits(bits.into()));
    let mapped = any::<Ipv4Addr>().prop_map(|address| address.to_ipv6_mapped());
    prop_oneof![any::<Ipv6Addr>(), short, mapped, Just(Ipv6Addr::UNSPECIFIED), Just(Ipv6Addr::LOCALHOST)]
}

fn four() -> impl Strategy<Value = Ipv4Addr> {
    prop_oneof![any::<Ipv4Addr>(), Just(Ipv4Addr::UNSPECIFIED), Just(Ipv4Addr::BROADCAST)]
}

#[test]
fn random_identifiers_come_back() {
    let any = prop_oneof![four().prop_map(IpAddr::V4), six().prop_map(IpAddr::V6)];
    come_back(
        (uuid(), proptest::option::of(uuid()), four(), six(), any).prop_map(|(uuid, maybe, four, six, any)| Host {
            id: 0,
            uuid,
            maybe,
            four,
            six,
            any,
        }),
    );
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "native_hosts", no_default)]
struct NativeHost {
    #[primary_key]
    id: i32,
    uuid: Native<Uuid>,
    maybe: Option<Native<Uuid>>,
    four: Native<Ipv4Addr>,
    six: Native<Ipv6Addr>,
}

sample!(NativeHost: uuid four six);

const VERSIONS: [Version; 3] = [Version::Mac, Version::Random, Version::SortRand];

/// MariaDB refuses UUIDs of no version, and those of version 8.
fn uuid_of_a_version() -> impl Strategy<Value = Uuid> {
    let of_a_version = (any::<[u8; 16]>(), proptest::sample::select(VERSIONS.to_vec())).prop_map(|(bytes, version)| {
        Builder::from_bytes(bytes).with_variant(Variant::RFC4122).with_version(version).into_uuid()
    });
    prop_oneof![1 => Just(Uuid::nil()), 1 => Just(Uuid::max()), 8 => of_a_version]
}

#[test]
fn random_identifiers_come_back_from_mariadbs_own_types() {
    come_back((uuid_of_a_version(), proptest::option::of(uuid_of_a_version()), four(), six()).prop_map(
        |(uuid, maybe, four, six)| NativeHost {
            id: 0,
            uuid: uuid.into(),
            maybe: maybe.map(Native),
            four: four.into(),
            six: six.into(),
        },
    ));
}
