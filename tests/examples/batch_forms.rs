//! Measures forms of statements for many rows, past the ORM: what "Why these statements" in ARCHITECTURE.md rests on.
//!
//! `cargo run --release -p tests --example batch_forms`, on a private MariaDB, or on the server of `DATABASE_URL`.

use std::env;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::time::{Duration, Instant};

use mysql::prelude::Queryable;
use mysql::{Conn, Row, Value};
use tests::Database;

use Servers::{All, MariaDb};

/// Rows of the table: the demo's employees, with a version. Proofs name this number, too.
const STORED: u64 = 50_000;
/// Rows that each form writes or reads: new ones, or every fifth of the table.
const ROWS: u64 = 10_000;
const DEPARTMENTS: u64 = 20;
/// Rounds that count, an odd number: every other one goes backwards. One before them prepares the statements.
const ROUNDS: usize = 3;

/// Forms with the same effect.
struct Group {
    name: &'static str,
    /// Counts those rows that are then as they should be.
    proof: &'static str,
    forms: &'static [Form],
}

/// A way of writing or reading the rows.
struct Form {
    name: &'static str,
    rows_per_statement: &'static [usize],
    servers: Servers,
    /// Gives the number of rows that the server tells of.
    run: fn(&mut Client, usize) -> mysql::Result<u64>,
}

/// Where a form can run.
#[derive(PartialEq, Eq)]
enum Servers {
    All,
    MariaDb,
}

const GROUPS: [Group; 5] = [
    Group {
        name: "INSERT",
        proof: "SELECT COUNT(*) FROM employees WHERE id > 50000 AND lastname LIKE 'Last %'",
        forms: &[
            form("key of the answer", &[1], All, insert_by_rule),
            form("first key of the answer", &[10, 100, 512, 1000, 5000], All, insert_by_rule),
            form("RETURNING", &[1, 10, 100, 512, 1000, 5000], MariaDb, insert_returning),
            form("bulk execution, no keys", &[10_000], MariaDb, insert_bulk),
        ],
    },
    Group {
        name: "UPDATE",
        proof: "SELECT COUNT(*) FROM employees WHERE lastname = CONCAT('New ', id) AND department_id = id % 20 + 1",
        forms: &[
            form("one by one", &[1], All, |client, _| update_one(client, ROW)),
            form("one by one, with version", &[1], All, |client, _| update_one(client, VERSION_OF_ROW)),
            form("JOIN", &[16, 64, 128, 512, 1000], All, |client, size| update_join(client, size, ROW)),
            form("JOIN, with version", &[16, 64, 128, 512, 1000], All, |client, size| {
                update_join(client, size, VERSION_OF_ROW)
            }),
            form("JOIN of VALUES", &[128, 512], MariaDb, update_join_of_values),
            form("CASE", &[16, 64, 128, 512, 1000], All, update_case),
            form("bulk execution", &[128, 10_000], MariaDb, |client, size| update_bulk(client, size, ROW)),
            form("bulk execution, with version", &[128, 10_000], MariaDb, |client, size| {
                update_bulk(client, size, VERSION_OF_ROW)
            }),
        ],
    },
    Group {
        name: "DELETE",
        proof: "SELECT 50000 - COUNT(*) FROM employees",
        forms: &[
            form("one by one", &[1], All, |client, size| delete(client, size, ROW)),
            form("id IN (…)", &[100, 512, 1000, 5000], All, |client, size| delete(client, size, ROW)),
            form("(id, version) IN (…)", &[100, 512, 1000], All, |client, size| delete(client, size, VERSION_OF_ROW)),
        ],
    },
    Group {
        name: "SELECT",
        proof: "SELECT COUNT(*) FROM employees WHERE id % 5 = 0",
        forms: &[form("id IN (…)", &[1, 10, 100, 512, 1000, 5000], All, |client, size| {
            each_chunk(client, size, select)
        })],
    },
    Group {
        name: "SELECT of any number up to 100",
        proof: "SELECT COUNT(*) FROM employees WHERE id % 5 = 0",
        forms: &[
            form("lists of that length", &[100], All, |client, most| each_chunk_of_any_size(client, most, select)),
            form("filled up to a power of two", &[100], All, |client, most| {
                each_chunk_of_any_size(client, most, select_filled_up)
            }),
        ],
    },
];

const fn form(
    name: &'static str,
    rows_per_statement: &'static [usize],
    servers: Servers,
    run: fn(&mut Client, usize) -> mysql::Result<u64>,
) -> Form {
    Form { name, rows_per_statement, servers, run }
}

/// The columns by which a row is found, and those that change.
#[derive(Clone, Copy)]
struct Shape {
    by: &'static [&'static str],
    set: &'static [&'static str],
}

const ROW: Shape = Shape { by: &["id"], set: &["lastname", "department_id"] };
const VERSION_OF_ROW: Shape = Shape { by: &["id", "version"], set: &["lastname", "department_id", "version"] };

/// What was measured of a form.
struct Measured {
    form: &'static Form,
    rows_per_statement: usize,
    client: Client,
    times: Vec<Duration>,
}

/// A connection of the driver, with as many prepared statements as the ORM's.
struct Client {
    connection: Conn,
    statements: u64,
}

fn main() -> mysql::Result<()> {
    let database = employees()?;
    let is_mariadb = database.ask("SELECT VERSION()")[0].contains("MariaDB");
    let mut groups = Vec::new();
    for group in &GROUPS {
        groups.push((group, measured_later(&database, group, is_mariadb)?));
    }
    for round in 0..=ROUNDS {
        for (group, forms) in &mut groups {
            for form in forms.iter_mut() {
                let time = form.run(group)?;
                form.times.extend((round > 0).then_some(time));
            }
            // What one form leaves for the server to clear up is not always paid by the same one.
            forms.reverse();
        }
    }
    groups.iter_mut().for_each(|(group, forms)| print(group, forms));
    Ok(())
}

/// A database with the table.
fn employees() -> mysql::Result<Database> {
    let database = Database::with(&planning_demo::schema());
    if env::var("DATABASE_URL").is_err() {
        // The private server is a small one, and would be measured writing its pages out.
        database.run("SET GLOBAL innodb_buffer_pool_size = 256 * 1024 * 1024");
        database.run("SET GLOBAL innodb_log_file_size = 256 * 1024 * 1024");
    }
    database.run("ALTER TABLE employees ADD version INT NOT NULL DEFAULT 0");
    database.run(&format!("INSERT INTO departments (name) VALUES {}", list("('')", DEPARTMENTS as usize)));
    let mut client = Client::of(&database)?;
    for _ in 0..STORED / ROWS {
        insert_by_rule(&mut client, 1000)?;
    }
    client.connection.query_drop("COMMIT")?;
    let stored = "SELECT COUNT(*), MIN(id), MAX(id) FROM employees";
    assert_eq!(database.ask(stored), [format!("{STORED} | 1 | {STORED}")], "keys are counted one by one");
    Ok(database)
}

/// Each form on a connection of its own.
fn measured_later(database: &Database, group: &Group, is_mariadb: bool) -> mysql::Result<Vec<Measured>> {
    let mut measured = Vec::new();
    for form in group.forms.iter().filter(|form| form.servers == All || is_mariadb) {
        for &rows_per_statement in form.rows_per_statement {
            measured.push(Measured { form, rows_per_statement, client: Client::of(database)?, times: Vec::new() });
        }
    }
    Ok(measured)
}

impl Measured {
    /// Runs the form once, in a transaction that is rolled back.
    fn run(&mut self, group: &Group) -> mysql::Result<Duration> {
        let client = &mut self.client;
        client.statements = 0;
        let start = Instant::now();
        let told = (self.form.run)(client, self.rows_per_statement)?;
        let time = start.elapsed();
        let proved: Option<u64> = client.connection.query_first(group.proof)?;
        assert_eq!((told, proved), (ROWS, Some(ROWS)), "rows of {}, {}", group.name, self.form.name);
        client.connection.query_drop("ROLLBACK")?;
        Ok(time)
    }

    fn median(&self) -> Duration {
        let mut times = self.times.clone();
        times.sort();
        times[times.len() / 2]
    }
}

fn print(group: &Group, forms: &[Measured]) {
    let best = forms.iter().map(Measured::median).min().unwrap_or_default();
    println!("\n{:<32}{:>10}{:>10}{:>8}{:>12}", group.name, "rows each", "ms", "ratio", "statements");
    for form in forms {
        let (milliseconds, best) = (form.median().as_secs_f64() * 1e3, best.as_secs_f64() * 1e3);
        let (name, rows, ratio) = (form.form.name, form.rows_per_statement, milliseconds / best);
        println!("{name:<32}{rows:>10}{milliseconds:>10.1}{ratio:>8.2}{:>12}", form.client.statements);
    }
}

impl Client {
    fn of(database: &Database) -> mysql::Result<Self> {
        let mut connection = database.driver();
        connection.query_drop("SET autocommit = 0")?;
        Ok(Self { connection, statements: 0 })
    }

    /// The number of rows of the answer; of one without rows, the number of rows that were written.
    fn send(&mut self, sql: &str, values: Vec<Value>) -> mysql::Result<u64> {
        self.statements += 1;
        let rows: Vec<Row> = self.connection.exec(sql, values)?;
        Ok(self.connection.affected_rows().max(rows.len() as u64))
    }

    /// The number of rows that were written.
    fn send_bulk(&mut self, sql: &str, rows: impl Iterator<Item = Vec<Value>>) -> mysql::Result<u64> {
        self.statements += 1;
        self.connection.exec_batch(sql, rows)?;
        Ok(self.connection.affected_rows())
    }
}

fn insert_by_rule(client: &mut Client, size: usize) -> mysql::Result<u64> {
    each_chunk(client, size, |client, keys| client.send(&insert(keys.len()), keys.iter().flat_map(new_row).collect()))
}

fn insert_returning(client: &mut Client, size: usize) -> mysql::Result<u64> {
    each_chunk(client, size, |client, keys| {
        client.send(&format!("{} RETURNING id", insert(keys.len())), keys.iter().flat_map(new_row).collect())
    })
}

fn insert_bulk(client: &mut Client, size: usize) -> mysql::Result<u64> {
    each_chunk(client, size, |client, keys| client.send_bulk(&insert(1), keys.iter().map(new_row)))
}

fn insert(rows: usize) -> String {
    let rows = list("(?, ?, ?, ?)", rows);
    format!("INSERT INTO employees (firstname, lastname, active, department_id) VALUES {rows}")
}

fn update_one(client: &mut Client, shape: Shape) -> mysql::Result<u64> {
    let sql = one_update(shape);
    each_chunk(client, 1, |client, keys| {
        client.send(&sql, keys.iter().flat_map(|key| changed_row(key, shape)).collect())
    })
}

fn update_bulk(client: &mut Client, size: usize, shape: Shape) -> mysql::Result<u64> {
    let sql = one_update(shape);
    each_chunk(client, size, |client, keys| client.send_bulk(&sql, keys.iter().map(|key| changed_row(key, shape))))
}

fn one_update(shape: Shape) -> String {
    let (set, by) = (shape.set.join(" = ?, "), shape.by.join(" = ? AND "));
    format!("UPDATE employees SET {set} = ? WHERE {by} = ?")
}

fn update_join(client: &mut Client, size: usize, shape: Shape) -> mysql::Result<u64> {
    let named =
        |columns: &[&str], prefix| columns.iter().map(|column| format!("? AS {prefix}{column}")).collect::<Vec<_>>();
    let first = [named(shape.set, "new_"), named(shape.by, "old_")].concat().join(", ");
    let next = format!(" UNION ALL SELECT {}", list("?", shape.set.len() + shape.by.len()));
    let set: Vec<String> = shape.set.iter().map(|column| format!("employees.{column} = new_{column}")).collect();
    let on: Vec<String> = shape.by.iter().map(|column| format!("employees.{column} = old_{column}")).collect();
    each_chunk(client, size, |client, keys| {
        let next = next.repeat(keys.len() - 1);
        let (set, on) = (set.join(", "), on.join(" AND "));
        let sql = format!("UPDATE employees INNER JOIN (SELECT {first}{next}) AS new ON {on} SET {set}");
        client.send(&sql, keys.iter().flat_map(|key| changed_row(key, shape)).collect())
    })
}

/// The table's own columns, of no row, come first and say the types.
fn update_join_of_values(client: &mut Client, size: usize) -> mysql::Result<u64> {
    let typed = ROW.set.iter().map(|column| format!("{column} AS new_{column}")).collect::<Vec<_>>().join(", ");
    let set: Vec<String> = ROW.set.iter().map(|column| format!("employees.{column} = new_{column}")).collect();
    each_chunk(client, size, |client, keys| {
        let values = list(&format!("({})", list("?", ROW.set.len() + 1)), keys.len());
        let new = format!("SELECT {typed}, id AS old_id FROM employees WHERE FALSE UNION ALL VALUES {values}");
        let sql = format!("UPDATE employees INNER JOIN ({new}) AS new ON employees.id = old_id SET {}", set.join(", "));
        client.send(&sql, keys.iter().flat_map(|key| changed_row(key, ROW)).collect())
    })
}

fn update_case(client: &mut Client, size: usize) -> mysql::Result<u64> {
    each_chunk(client, size, |client, keys| {
        let case = |column| format!("{column} = CASE id{} END", " WHEN ? THEN ?".repeat(keys.len()));
        let set = ROW.set.iter().map(case).collect::<Vec<_>>().join(", ");
        let sql = format!("UPDATE employees SET {set} WHERE id IN ({})", list("?", keys.len()));
        let cases =
            ROW.set.iter().flat_map(|column| keys.iter().flat_map(|key| [Value::UInt(*key), new(column, *key)]));
        client.send(&sql, cases.chain(keys.iter().map(|key| Value::UInt(*key))).collect())
    })
}

fn delete(client: &mut Client, size: usize, shape: Shape) -> mysql::Result<u64> {
    let (columns, mark) = match shape.by {
        [column] => (column.to_string(), "?".to_owned()),
        columns => (format!("({})", columns.join(", ")), format!("({})", list("?", columns.len()))),
    };
    each_chunk(client, size, |client, keys| {
        let sql = format!("DELETE FROM employees WHERE {columns} IN ({})", list(&mark, keys.len()));
        client.send(&sql, keys.iter().flat_map(|key| found_by(key, shape)).collect())
    })
}

fn select(client: &mut Client, keys: &[u64]) -> mysql::Result<u64> {
    let columns = "id, firstname, lastname, active, department_id";
    let sql = format!("SELECT {columns} FROM employees WHERE id IN ({})", list("?", keys.len()));
    client.send(&sql, keys.iter().map(|key| Value::UInt(*key)).collect())
}

fn select_filled_up(client: &mut Client, keys: &[u64]) -> mysql::Result<u64> {
    let last = keys.last().into_iter().cycle();
    select(client, &keys.iter().chain(last).take(keys.len().next_power_of_two()).copied().collect::<Vec<_>>())
}

/// Sends statements for all rows, so many at a time; gives the sum of what they tell.
fn each_chunk(
    client: &mut Client,
    size: usize,
    mut send: impl FnMut(&mut Client, &[u64]) -> mysql::Result<u64>,
) -> mysql::Result<u64> {
    keys().chunks(size).map(|keys| send(client, keys)).sum()
}

/// The same for 1 to so many at a time, as if by chance.
fn each_chunk_of_any_size(
    client: &mut Client,
    most: usize,
    mut send: impl FnMut(&mut Client, &[u64]) -> mysql::Result<u64>,
) -> mysql::Result<u64> {
    let (keys, mut done, mut told) = (keys(), 0, 0);
    while done < keys.len() {
        let size = BuildHasherDefault::<DefaultHasher>::default().hash_one(done) as usize % most + 1;
        let end = keys.len().min(done + size);
        told += send(client, &keys[done..end])?;
        done = end;
    }
    Ok(told)
}

fn keys() -> Vec<u64> {
    (1..=ROWS).map(|number| number * (STORED / ROWS)).collect()
}

fn new_row(key: &u64) -> Vec<Value> {
    let department = if key.is_multiple_of(3) { Value::NULL } else { Value::UInt(key % 7 + 1) };
    vec![format!("First {key}").into(), format!("Last {key}").into(), (key % 2).into(), department]
}

/// The new values, and those by which the row is found.
fn changed_row(key: &u64, shape: Shape) -> Vec<Value> {
    shape.set.iter().map(|column| new(column, *key)).chain(found_by(key, shape)).collect()
}

fn found_by(key: &u64, shape: Shape) -> Vec<Value> {
    shape.by.iter().map(|column| Value::UInt(if *column == "id" { *key } else { 0 })).collect()
}

fn new(column: &str, key: u64) -> Value {
    match column {
        "lastname" => format!("New {key}").into(),
        "department_id" => Value::UInt(key % DEPARTMENTS + 1),
        _ => Value::UInt(1),
    }
}

fn list(item: &str, count: usize) -> String {
    vec![item; count].join(", ")
}
