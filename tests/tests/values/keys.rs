//! Primary and foreign keys of other types than integers and text.

use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use orm_core::prelude::*;
use orm_core::value::Native;
use tests::{Database, statements};
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
enum Color {
    Red,
    #[db_enum(rename = "Green!")]
    Green,
    Blue,
}

#[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
#[db_enum(integer)]
#[repr(u8)]
enum Size {
    Small = 1,
    Large = 200,
    Huge = 255,
}

#[derive(Debug, Clone, PartialEq, ColumnType)]
struct Number(u64);

/// `keyed!(module: Type, three keys)`: owners with such a key, members that refer to them, and links between owners.
macro_rules! keyed {
    ($name:ident: $key:ty, $keys:expr) => {
        mod $name {
            use super::*;

            #[derive(Debug, Model)]
            #[model(table = "owners", no_default)]
            struct Owner {
                #[primary_key]
                key: $key,
                value: i32,
                #[has_many]
                members: HasMany<Member>,
                #[many_to_many(through = "links", from = "from_key", to = "to_key", inverse = linked_from)]
                linked_to: ManyToMany<Owner>,
                #[many_to_many(through = "links", from = "to_key", to = "from_key", inverse = linked_to)]
                linked_from: ManyToMany<Owner>,
            }

            #[derive(Debug, Model)]
            #[model(table = "members")]
            struct Member {
                #[primary_key]
                id: Auto<i32>,
                #[belongs_to]
                owner: BelongsTo<Owner>,
            }

            fn owner(key: $key) -> Owner {
                Owner {
                    key,
                    value: 0,
                    members: HasMany::default(),
                    linked_to: ManyToMany::default(),
                    linked_from: ManyToMany::default(),
                }
            }

            /// Three owners, each with a member and a link to the first.
            fn owners() -> orm_core::Result<(Database, [$key; 3])> {
                let database = Database::with(&Schema::of::<Owner>());
                let mut session = database.engine().session();
                let keys: [$key; 3] = $keys;
                let owners = keys.clone().map(|key| session.add(owner(key)));
                for owner in owners {
                    session.add(Member { owner: owner.into(), ..Default::default() });
                    session[owner].linked_to.push(owners[0]);
                }
                session.commit()?;
                Ok((database, keys))
            }

            #[test]
            fn rows_are_found_by_their_keys() -> orm_core::Result<()> {
                let (database, keys) = owners()?;
                let session = database.engine().session();
                for key in keys.clone() {
                    let by_key = session.find::<Owner>(key.clone())?.expect("it is there");
                    assert_eq!(by_key.key, key);
                    let by_value = session.query::<Owner>().filter(Owner::key.eq(key.clone())).one()?;
                    assert_eq!(by_value.handle(), by_key.handle());
                    let (again, sent) = statements(|| session.find::<Owner>(key).map(|found| found.is_some()));
                    assert_eq!((again?, sent), (true, vec![]));
                }
                assert_eq!(session.query::<Owner>().filter(Owner::key.in_(keys)).count()?, 3);
                Ok(())
            }

            #[test]
            fn relationships_are_followed_by_such_keys() -> orm_core::Result<()> {
                let (database, keys) = owners()?;
                let session = database.engine().session();
                let (followed, sent) = statements(|| {
                    for member in session.query::<Member>().all()? {
                        assert!(keys.contains(&member.owner()?.key));
                    }
                    let (mut members, mut links) = (0, 0);
                    for owner in session.query::<Owner>().all()? {
                        members += owner.members()?.len();
                        links += owner.linked_to()?.len();
                    }
                    Ok::<_, orm_core::Error>((members, links))
                });
                assert_eq!(followed?, (3, 3));
                assert_eq!(sent.len(), 5, "{sent:#?}");
                Ok(())
            }

            #[test]
            fn rows_are_changed_moved_and_deleted_by_such_keys() -> orm_core::Result<()> {
                let (database, [first, second, third]) = owners()?;
                let mut session = database.engine().session();
                session.for_each_mut(orm_core::query::query::<Owner>(), |owner| owner.value = 7)?;
                session.for_each_mut(orm_core::query::query::<Member>(), |member| {
                    member.owner = BelongsTo::key(first.clone());
                })?;
                session.commit()?;
                assert_eq!(database.ask("SELECT COUNT(*) FROM owners WHERE value = 7"), ["3"]);
                let handles =
                    [second, third].map(|key| session.find::<Owner>(key).map(|found| found.map(|it| it.handle())));
                for handle in handles {
                    session.delete(handle?.expect("it is there"));
                }
                session.commit()?;
                let left = session.query::<Owner>().one()?;
                assert_eq!((&left.key, left.members()?.len(), left.linked_from()?.len()), (&first, 3, 1));
                Ok(())
            }

            #[test]
            fn a_key_can_change() -> orm_core::Result<()> {
                let database = Database::with(&Schema::of::<Owner>());
                let [first, second, _]: [$key; 3] = $keys;
                let mut session = database.engine().session();
                let handle = session.add(owner(first.clone()));
                session.commit()?;
                session[handle].key = second.clone();
                session.commit()?;
                assert!(session.find::<Owner>(first)?.is_none());
                assert_eq!(session.find::<Owner>(second)?.expect("it is there").handle(), handle);
                Ok(())
            }
        }
    };
}

/// Text in bytes, letters that differ in their case alone, and no text at all.
const UUIDS: [Uuid; 3] = [
    Uuid::from_bytes(*b"abcdefghijklmnop"),
    Uuid::from_bytes(*b"ABCDEFGHIJKLMNOP"),
    Uuid::from_u128(0xFF00_0000_0000_0000_0000_0000_0000_0000),
];

keyed!(uuids: Uuid, UUIDS);
keyed!(native_uuids: Native<Uuid>, UUIDS.map(Native));
keyed!(addresses_of_four_bytes: Ipv4Addr, [Ipv4Addr::UNSPECIFIED, Ipv4Addr::LOCALHOST, Ipv4Addr::BROADCAST]);
keyed!(addresses_of_sixteen_bytes: Ipv6Addr, [Ipv6Addr::UNSPECIFIED, Ipv6Addr::LOCALHOST, Ipv6Addr::from_bits(u128::MAX)]);
keyed!(addresses: IpAddr, [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into(), Ipv4Addr::BROADCAST.into()]);
keyed!(names_of_an_enum: Color, [Color::Blue, Color::Green, Color::Red]);
keyed!(numbers_of_an_enum: Size, [Size::Huge, Size::Large, Size::Small]);
keyed!(newtypes: Number, [Number(u64::MAX), Number(0), Number(7)]);

#[derive(Debug, Model)]
#[model(table = "orders")]
struct Order {
    #[primary_key]
    #[column(server_default = "UUID()")]
    id: Auto<Native<Uuid>>,
    number: i32,
    #[belongs_to]
    replaces: Option<BelongsTo<Order>>,
}

#[test]
fn mariadb_makes_uuids_for_keys() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Order>());
    let mut session = database.engine().session();
    let first = session.add(Order { number: 1, ..Default::default() });
    session.commit()?;
    let second = session.add(Order { number: 2, replaces: Some(first.into()), ..Default::default() });
    session.commit()?;
    let id = session[first].id.get().expect("the server has made it");
    let replaced = session.view(second).replaces()?.expect("it replaces the first");
    assert_eq!((replaced.handle(), session.find::<Order>(id)?.map(|found| found.number)), (first, Some(1)));
    assert_eq!(database.ask("SELECT replaces_id FROM orders WHERE number = 2"), [id.to_string()]);
    Ok(())
}
