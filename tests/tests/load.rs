//! The load of the planning demo: what it sends, and what is in the database then.

use planning_demo::{company, schema};
use tests::{Database, statements};

#[test]
fn the_load_takes_one_insert_for_each_table() {
    let database = Database::with(&schema());
    let (loaded, sent) = statements(|| company::load(&mut database.engine().session()));
    loaded.expect("the company is loaded");
    let tables: Vec<&str> = sent.iter().filter_map(|sql| sql.strip_prefix("INSERT INTO ")?.split(' ').next()).collect();
    assert_eq!(tables, ["`departments`", "`employees`", "`projects`", "`contact_details`", "`projects_employees`"]);
    assert_eq!(sent.len(), 6, "five inserts and a commit: {sent:#?}");
}
