//! What a fuzzer gives, which is bytes, as values of a database: every kind of value, with every content.

use crate::value::Value;

/// The values that bytes stand for, each with a number by which it can be put in a place.
#[must_use]
pub fn values(bytes: &[u8]) -> Vec<(u8, Value)> {
    let mut left = Left(bytes);
    let mut values = Vec::new();
    while !left.0.is_empty() {
        values.push((left.byte(), left.value()));
    }
    values
}

/// The bytes that are left; after their end there are zeros.
struct Left<'b>(&'b [u8]);

impl Left<'_> {
    fn value(&mut self) -> Value {
        match self.byte() % 9 {
            0 => Value::NULL,
            1 | 2 => {
                let length = usize::from(self.byte()).min(self.0.len());
                let (text, rest) = self.0.split_at(length);
                self.0 = rest;
                Value::Bytes(text.to_vec())
            }
            3 => Value::Int(i64::from_le_bytes(self.some())),
            4 => Value::UInt(u64::from_le_bytes(self.some())),
            5 => Value::Float(f32::from_le_bytes(self.some())),
            6 => Value::Double(f64::from_le_bytes(self.some())),
            7 => {
                let (year, micros) = (u16::from_le_bytes(self.some()), u32::from_le_bytes(self.some()));
                Value::Date(year, self.byte(), self.byte(), self.byte(), self.byte(), self.byte(), micros)
            }
            _ => {
                let (days, micros) = (u32::from_le_bytes(self.some()), u32::from_le_bytes(self.some()));
                Value::Time(self.byte() % 2 == 1, days, self.byte(), self.byte(), self.byte(), micros)
            }
        }
    }

    fn byte(&mut self) -> u8 {
        let [byte] = self.some();
        byte
    }

    fn some<const N: usize>(&mut self) -> [u8; N] {
        let mut taken = [0; N];
        let length = N.min(self.0.len());
        taken[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        taken
    }
}
