//! Which index the server reads, and comments for its logs.

use expect_test::expect;

use super::{Department, Employee, company};

#[test]
fn the_server_is_told_which_index_to_read() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = || session.query::<Employee>().join(Employee::department).select(Employee::name);
    let from = |sql: String| sql.split_once(" INNER").map(|(from, _)| from.to_owned()).unwrap_or_default();
    expect!["SELECT `employees`.`name` FROM `employees` FORCE INDEX (`PRIMARY`)"]
        .assert_eq(&from(query().force_index("PRIMARY").to_sql()));
    expect!["SELECT `employees`.`name` FROM `employees` USE INDEX (`PRIMARY`) IGNORE INDEX (`department_id`)"]
        .assert_eq(&from(query().use_index("PRIMARY").ignore_index("department_id").to_sql()));
    assert_eq!(query().force_index("PRIMARY").order_by(Department::id).rows()?.len(), 4);
    Ok(())
}

#[test]
fn a_comment_cannot_end_itself_nor_command() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = session.query::<Department>().comment("list ? */ DROP /*! x").filter(Department::id.eq(1));
    expect![
        "SELECT /* list ? * / DROP / *! x */ `departments`.`id`, `departments`.`name` FROM `departments` WHERE \
         `departments`.`id` = ?"
    ]
    .assert_eq(&query.to_sql());
    assert_eq!(query.clone().all()?.len(), 1);
    assert_eq!(query.clone().count()?, 1);
    assert!(query.exists()?);
    Ok(())
}
