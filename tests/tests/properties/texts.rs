//! Random texts where the library reads text: database URLs, SQL of the user's own, what servers say.

use orm_core::fuzzing;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::never_panics;

/// A URL with a password that is found again, and parts that are right or not.
fn url() -> impl Strategy<Value = String> {
    let scheme = prop_oneof![6 => select(vec!["mysql", "mariadb"]), 1 => select(vec!["postgres", "", "MYSQL", "file", "data", "mysql:"])];
    let password = prop_oneof![
        4 => "[a-zA-Z0-9]{10,16}",
        1 => "[ -~]{8,20}",
        1 => "(%[0-9a-fA-F]{2}|[a-z]){10,16}",
        1 => ".{8,12}",
        1 => "(%[0-9a-fg]{0,2}|[@:/?#]){4,12}",
    ];
    let host = prop_oneof![
        4 => select(vec!["127.0.0.1", "localhost", "db.example.com", "[::1]", "[fe80::1%25eth0]", "ДБ.example", "xn--a"]).prop_map(str::to_owned),
        1 => "[ -~]{0,12}",
        1 => Just(String::new()),
    ];
    let port = prop_oneof![3 => Just(String::new()), 3 => (0..70_000_u32).prop_map(|port| format!(":{port}")), 1 => "(:[ -~]{0,5}){1,2}"];
    let database = prop_oneof![3 => "(/[a-z_]{0,10})?", 1 => "(/[ -~]{0,10}){0,3}", 1 => "/(%[0-9a-f]{0,2}){0,4}"];
    let user = prop_oneof![4 => "[a-z_]{1,8}", 1 => "[ -~]{0,8}"];
    (scheme, user, password, host, port, database, options()).prop_map(
        |(scheme, user, password, host, port, database, options)| {
            format!("{scheme}://{user}:{password}@{host}{port}{database}{options}")
        },
    )
}

fn options() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        4 => select(vec!["socket", "ssl_mode", "ssl_ca", "pool", "pool_size", "connect_timeout", "read_timeout", "max_lifetime", "password_file"])
            .prop_map(str::to_owned),
        1 => "[ -~]{0,8}",
    ];
    let value = prop_oneof![
        "[a-z0-9]{0,6}",
        "[ -~]{0,8}",
        "[0-9]{1,30}(s|ms|m|h)?",
        Just("%2Ftmp%2Fs.sock".to_owned()),
        "(%[0-9a-f]{0,2}){0,4}"
    ];
    let option = (name, value).prop_map(|(name, value)| format!("{name}={value}"));
    prop_oneof![2 => Just(String::new()), 2 => vec(option, 1..4).prop_map(|options| format!("?{}", options.join("&"))), 1 => "[?#][ -~]{0,20}"]
}

#[test]
fn a_url_is_read_or_refused_and_its_password_stays_unsaid() {
    never_panics(prop_oneof![6 => url(), 1 => ".{0,60}", 1 => "(mysql|mariadb)://[ -~]{0,40}"], |url| {
        fuzzing::url(&url)
    });
}

/// SQL as it is not written: with quotes that do not close, comments in literals, and colons and question marks everywhere.
fn sql() -> impl Strategy<Value = String> {
    let parts = vec![
        "SELECT ",
        "UPDATE t SET ",
        "WITH x AS (",
        "SET autocommit",
        "FOR UPDATE",
        "IN SHARE MODE",
        "BEGIN",
        ";",
        "\n",
        " ",
        "\t",
        "?",
        "??",
        ":name",
        ":größe",
        ":_",
        ":1",
        ":",
        "::",
        ":::a",
        "@a := ",
        "'",
        "\"",
        "`",
        "''",
        "\\",
        "\\'",
        "\\\\",
        "--",
        "-- ",
        "--\n",
        "---",
        "#",
        "/*",
        "*/",
        "/*!",
        "/*M!",
        "/*+ ",
        "/",
        "*",
        "é",
        "🦀",
        "\0",
        "a",
        "1",
        ",",
        "(",
        ")",
        "=",
        "0x",
        "\u{a0}",
        "\u{2028}",
    ];
    vec(prop_oneof![9 => select(parts).prop_map(str::to_owned), 1 => ".{0,4}"], 0..25).prop_map(|parts| parts.concat())
}

#[test]
fn each_parameter_in_sql_becomes_marks_and_all_else_stays() {
    never_panics(sql(), |sql| fuzzing::sql(&sql));
}

/// What a server might say: the words of both servers, with names that are there or not, quotes that do not close, and more.
fn message() -> impl Strategy<Value = String> {
    let said = vec![
        "Duplicate entry 'N' for key 'N'",
        "Duplicate entry 'N-N' for key 'N.N'",
        "Cannot add or update a child row: a foreign key constraint fails (`N`.`N`, CONSTRAINT `N` FOREIGN KEY (`N`) REFERENCES `N` (`N`))",
        "Cannot delete or update a parent row: a foreign key constraint fails (`N`.`N`, CONSTRAINT `N` FOREIGN KEY (`N`, `N`) REFERENCES `N`)",
        "Column 'N' cannot be null",
        "Field 'N' doesn't have a default value",
        "Data too long for column 'N' at row 1",
        "Data too long for column `N`.`N`.`N` at row 1",
        "Out of range value for column 'N' at row 1",
        "Incorrect integer value: 'N' for column `N`.`N`.`N` at row 1",
        "CONSTRAINT `N` failed for `N`.`N`",
        "Check constraint 'N' is violated.",
        "Table 'N.N' doesn't exist",
        "Unknown column 'N' in 'field list'",
        "Unknown column 'N.N' in 'INSERT INTO'",
        "Got a packet bigger than 'max_allowed_packet' bytes",
        "The MariaDB server is running with the --read-only option so it cannot execute this statement",
    ];
    let names = vec![
        "customer",
        "code",
        "PRIMARY",
        "uq_customer_rival_site_rival_code",
        "labels_labels",
        "from",
        "",
        "`",
        "'",
        "é🦀",
        ".",
        "``",
        "''",
        "ck_number_price",
        "fk_customer_agent",
        "\\",
        " ",
        ",",
        "customer.code",
        "(",
    ];
    let name = prop_oneof![4 => select(names).prop_map(str::to_owned), 1 => ".{0,6}"];
    let filled = (select(said), vec(name, 6), 0..4_usize).prop_map(|(said, names, cut)| {
        let filled = names.iter().fold(said.to_owned(), |said, name| said.replacen('N', name, 1));
        match cut {
            0 => filled.chars().take(filled.chars().count() / 2).collect(),
            1 => filled.chars().skip(filled.chars().count() / 3).collect(),
            _ => filled,
        }
    });
    prop_oneof![6 => filled, 1 => ".{0,60}", 1 => "['`a.-]{0,20}"]
}

#[test]
fn what_a_server_says_is_one_of_the_errors() {
    let codes = vec![
        1020, 1022, 1036, 1044, 1045, 1048, 1051, 1054, 1062, 1105, 1121, 1142, 1146, 1153, 1169, 1205, 1213, 1216,
        1217, 1263, 1264, 1265, 1290, 1292, 1301, 1317, 1364, 1366, 1406, 1451, 1452, 1586, 1690, 1792, 1969, 3572,
        3819, 4025,
    ];
    let code = prop_oneof![9 => select(codes), 1 => any::<u16>()];
    never_panics((code, message()), |(code, message)| fuzzing::refusal(code, &message));
}
