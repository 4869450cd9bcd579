//! Names of constraints and indexes, which the server wants unique and at most 64 characters long.

/// The server's limit for the name of a constraint or an index.
/// (<https://mariadb.com/kb/en/identifier-names/#maximum-length>)
const LONGEST: usize = 64;

/// `fk_employees_department_id` for (`fk`, `employees`, [`department_id`]); a name that would be too long is cut, and a
/// checksum of the whole keeps it unique.
pub(crate) fn constraint_name(kind: &str, table: &str, columns: &[&str]) -> String {
    let name = format!("{kind}_{table}_{}", columns.join("_"));
    if name.chars().count() <= LONGEST {
        return name;
    }
    let checksum = format!("_{:08x}", checksum(&name));
    let kept: String = name.chars().take(LONGEST - checksum.len()).collect();
    kept + &checksum
}

/// FNV-1a, 32 bits: the same in every version of the standard library, because the database remembers it.
fn checksum(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_it_is_for() {
        assert_eq!(constraint_name("fk", "employees", &["department_id"]), "fk_employees_department_id");
    }

    #[test]
    fn a_name_that_is_too_long_is_cut_and_stays_unique() {
        let column = "a_column_with_a_name_that_goes_on_for_quite_a_while";
        let name = constraint_name("ix", "a_table_with_a_long_name", &[column]);
        let other = constraint_name("ix", "a_table_with_a_long_name", &[&format!("{column}_2")]);
        assert_eq!(name.len(), 64);
        assert_ne!(name, other);
    }
}
