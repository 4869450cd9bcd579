//! IP addresses. Both servers can sort and compare them: as a number, or as bytes with the first one first.

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::value::native::Native;
use crate::value::{ColumnType, ConversionError, KeyColumn, SqlType, Value};

/// `INT UNSIGNED`, as of the server's `INET_ATON`.
#[diagnostic::do_not_recommend]
impl ColumnType for Ipv4Addr {
    const SQL_TYPE: SqlType = SqlType::IntUnsigned;

    fn to_value(&self) -> Value {
        self.to_bits().to_value()
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        let number = u32::from_value(value.clone()).map(Self::from_bits);
        number.map_err(|_| ConversionError::new("an IPv4 address as a number", &value))
    }
}

#[diagnostic::do_not_recommend]
impl KeyColumn for Ipv4Addr {}

/// `BINARY(16)`, as of the server's `INET6_ATON`.
#[diagnostic::do_not_recommend]
impl ColumnType for Ipv6Addr {
    const SQL_TYPE: SqlType = SqlType::Binary(16);

    fn to_value(&self) -> Value {
        Value::Bytes(self.octets().to_vec())
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        octets(&value).map(Self::from_octets).ok_or_else(|| ConversionError::new("an IPv6 address of 16 bytes", &value))
    }
}

#[diagnostic::do_not_recommend]
impl KeyColumn for Ipv6Addr {}

/// `VARBINARY(16)` of 4 or 16 bytes, as of the server's `INET6_ATON`.
#[diagnostic::do_not_recommend]
impl ColumnType for IpAddr {
    const SQL_TYPE: SqlType = SqlType::VarBinary(16);

    fn to_value(&self) -> Value {
        match self {
            Self::V4(address) => Value::Bytes(address.octets().to_vec()),
            Self::V6(address) => address.to_value(),
        }
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        let four = octets(&value).map(|octets| Self::V4(Ipv4Addr::from_octets(octets)));
        four.or_else(|| octets(&value).map(|octets| Self::V6(Ipv6Addr::from_octets(octets))))
            .ok_or_else(|| ConversionError::new("an IP address of 4 or 16 bytes", &value))
    }
}

#[diagnostic::do_not_recommend]
impl KeyColumn for IpAddr {}

fn octets<const N: usize>(value: &Value) -> Option<[u8; N]> {
    match value {
        Value::Bytes(bytes) => bytes.as_slice().try_into().ok(),
        _ => None,
    }
}

/// MariaDB's `INET4`, from MariaDB 10.10 on. (<https://mariadb.com/kb/en/inet4/>)
#[diagnostic::do_not_recommend]
impl ColumnType for Native<Ipv4Addr> {
    const SQL_TYPE: SqlType = SqlType::Raw("INET4");

    fn to_value(&self) -> Value {
        to_text(&self.0)
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        from_text(&value).map(Self).ok_or_else(|| ConversionError::new("an IPv4 address as text", &value))
    }
}

/// MariaDB's `INET6`, from MariaDB 10.5 on. (<https://mariadb.com/kb/en/inet6/>)
#[diagnostic::do_not_recommend]
impl ColumnType for Native<Ipv6Addr> {
    const SQL_TYPE: SqlType = SqlType::Raw("INET6");

    fn to_value(&self) -> Value {
        to_text(&self.0)
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        from_text(&value).map(Self).ok_or_else(|| ConversionError::new("an IPv6 address as text", &value))
    }
}

fn to_text(address: &impl Display) -> Value {
    Value::Bytes(address.to_string().into_bytes())
}

fn from_text<A: FromStr>(value: &Value) -> Option<A> {
    match value {
        Value::Bytes(text) => std::str::from_utf8(text).ok()?.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_tells_the_kind_of_address() {
        for address in [IpAddr::V4(Ipv4Addr::new(192, 168, 0, 1)), IpAddr::V6(Ipv6Addr::LOCALHOST)] {
            assert_eq!(IpAddr::from_value(address.to_value()), Ok(address));
        }
        IpAddr::from_value(Value::Bytes(vec![1; 5])).expect_err("5 bytes");
    }

    #[test]
    fn text_of_16_characters_is_no_address_of_16_bytes_where_text_is_expected() {
        let address: Ipv6Addr = "2001:db8::1:2:33".parse().expect("an address");
        assert_eq!(Native::from_value(Native(address).to_value()), Ok(Native(address)));
    }
}
