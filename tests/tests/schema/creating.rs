//! Creating what is missing, and dropping.

use orm_core::prelude::*;
use planning_demo::schema;
use tests::{Database, statements};

fn tables(database: &Database) -> Vec<String> {
    database.ask("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1")
}

const ALL: [&str; 5] = ["contact_details", "departments", "employees", "projects", "projects_employees"];

/// The first words of each statement, without those that are no definition.
fn definitions(sent: &[String]) -> Vec<String> {
    let three_words = |sql: &String| sql.split(' ').take(3).collect::<Vec<_>>().join(" ");
    sent.iter().filter(|sql| !sql.starts_with("SELECT")).map(three_words).collect()
}

#[test]
fn one_check_and_parents_first() -> orm_core::Result<()> {
    let database = Database::empty();
    let (created, sent) = statements(|| database.engine().create_all(&schema()));
    created?;
    let checks: Vec<&String> = sent.iter().filter(|sql| sql.starts_with("SELECT")).collect();
    assert_eq!(
        checks,
        [
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN (?, ?, ?, ?, ?)"
        ]
    );
    assert_eq!(
        definitions(&sent),
        [
            "CREATE TABLE `projects`",
            "CREATE TABLE `departments`",
            "CREATE TABLE `employees`",
            "CREATE TABLE `contact_details`",
            "CREATE TABLE `projects_employees`",
        ]
    );
    assert_eq!(tables(&database), ALL);
    Ok(())
}

#[test]
fn only_what_is_missing_is_created() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    database.run("DROP TABLE contact_details");
    database.run("INSERT INTO departments (name) VALUES ('Marketing')");
    let (created, sent) = statements(|| database.engine().create_all(&schema()));
    created?;
    assert_eq!(definitions(&sent), ["CREATE TABLE `contact_details`"]);
    assert_eq!(database.ask("SELECT name FROM departments"), ["Marketing"]);
    Ok(())
}

#[test]
fn creating_twice_is_harmless() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    let (created, sent) = statements(|| database.engine().create_all(&schema()));
    created?;
    assert_eq!(sent.len(), 2, "the check alone, and its end: {sent:#?}");
    Ok(())
}

#[test]
fn drop_all_drops_children_first_and_what_is_there() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    database.run("CREATE TABLE other (id INT)");
    database.run("DROP TABLE contact_details");
    let (dropped, sent) = statements(|| database.engine().drop_all(&schema()));
    dropped?;
    assert_eq!(
        definitions(&sent),
        [
            "DROP TABLE `projects_employees`",
            "DROP TABLE `employees`",
            "DROP TABLE `departments`",
            "DROP TABLE `projects`"
        ]
    );
    assert_eq!(tables(&database), ["other"]);
    database.engine().drop_all(&schema())?;
    database.engine().create_all(&schema())?;
    assert_eq!(tables(&database).len(), 6);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "people")]
struct Person {
    #[primary_key]
    id: Auto<i32>,
}

#[derive(Debug, Model)]
#[model(table = "people")]
struct Customer {
    #[primary_key]
    id: Auto<i32>,
}

#[test]
fn two_models_on_one_table_are_told() {
    let database = Database::empty();
    let both = Schema::of::<(Person, Customer)>();
    let error = database.engine().create_all(&both).expect_err("both models have the table `people`");
    let message = "the models do not make a schema: `Person` and `Customer` both have the table `people`; \
        give one of them another name";
    assert_eq!(error.to_string(), message);
    assert_eq!(tables(&database), [""; 0]);
}

#[test]
fn a_model_given_twice_is_one_table() -> orm_core::Result<()> {
    let database = Database::empty();
    database.engine().create_all(&Schema::of::<(Person, Person)>())?;
    assert_eq!(tables(&database), ["people"]);
    Ok(())
}
