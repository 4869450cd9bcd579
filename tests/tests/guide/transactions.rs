//! `guide/transactions.md`

use orm_core::prelude::*;
use orm_core::{Error, Isolation, TransactionOptions};
use tests::{Database, record};

use super::{Department, Employee, company, sent};

fn salaries(database: &Database) -> Vec<String> {
    database.ask("SELECT name, salary FROM employees WHERE id IN (1, 2) ORDER BY id")
}

#[test]
fn closures() -> orm_core::Result<()> {
    let (database, session) = company();
    let engine = session.engine().clone();
    drop(session);
    let left = engine.transaction(|session| {
        let both = session.query::<Employee>().filter(Employee::id.in_([1, 2])).for_update().handles()?;
        session[both[0]].salary -= 10;
        session[both[1]].salary += 10;
        Ok::<_, Error>(session[both[0]].salary)
    })?;
    sent(
        "
        SELECT … FROM `employees` WHERE `employees`.`id` IN (?, ?) FOR UPDATE;
        UPDATE `employees` INNER JOIN (SELECT … UNION ALL SELECT …) AS `new` ON `employees`.`id` = `new`.`k0`
        SET `employees`.`salary` = `new`.`v0`;
        COMMIT
        ",
    );
    assert_eq!((left, salaries(&database)), (80, vec!["Ada | 80".to_owned(), "Ben | 70".to_owned()]));

    let error = engine.transaction(|session| {
        session.add(Department { name: "Sales".into(), ..Default::default() });
        session.flush()?;
        match session.query::<Department>().count()? {
            0..4 => Ok(()),
            _ => Err::<(), Box<dyn std::error::Error>>("there are departments enough".into()),
        }
    });
    assert_eq!(error.unwrap_err().to_string(), "there are departments enough");
    assert_eq!(database.ask("SELECT COUNT(*) FROM departments"), ["3"]);
    Ok(())
}

#[test]
fn reading() -> orm_core::Result<()> {
    let (_database, session) = company();
    let engine = session.engine().clone();
    drop(session);
    let (employees, sum) = engine.read(|session| {
        let sum = session.query::<Employee>().select(func::sum(Employee::salary)).scalar()?;
        Ok::<_, Error>((session.query::<Employee>().count()?, sum))
    })?;
    sent(
        "
        SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY;
        SELECT SUM(`employees`.`salary`) FROM `employees` LIMIT 1;
        SELECT COUNT(*) FROM `employees`;
        COMMIT
        ",
    );
    assert_eq!((employees, sum), (5, Some(345)));
    Ok(())
}

#[test]
fn options() -> orm_core::Result<()> {
    let (_database, session) = company();
    let engine = session.engine().clone();
    drop(session);
    // All transactions of a session:
    let mut session = engine.session_with(TransactionOptions::new().isolation(Isolation::ReadCommitted));
    // The next one alone:
    session.begin(TransactionOptions::new().read_only().consistent_snapshot())?;
    // Those of a closure, and how often it runs:
    let options = TransactionOptions::new().isolation(Isolation::Serializable).attempts(3);
    let departments = engine.transaction_with(options, |session| session.query::<Department>().count())?;
    assert_eq!(departments, 3);
    Ok(())
}

#[test]
fn savepoints() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let sales = session.add(Department { name: "Sales".into(), ..Default::default() });
    let names = ["Fay", "a name that is much longer than the fifty letters of its column", "Gil"];
    for name in names {
        let hired = session.savepoint(|session| {
            session.add(Employee { name: name.into(), department: sales.into(), ..Default::default() });
            session.flush()
        });
        match hired {
            Err(error) if error.is_invalid_data() => println!("not hired: {error}"),
            other => other?,
        }
    }
    session.commit()?;
    sent(
        "
        INSERT INTO `departments` (`name`) VALUES (?) RETURNING `id`;
        SAVEPOINT `orm_1`;
        INSERT INTO `employees` … RETURNING `id`;
        RELEASE SAVEPOINT `orm_1`;
        SAVEPOINT `orm_1`;
        INSERT INTO `employees` … RETURNING `id`;
        ROLLBACK TO SAVEPOINT `orm_1`;
        RELEASE SAVEPOINT `orm_1`;
        SAVEPOINT `orm_1`;
        INSERT INTO `employees` … RETURNING `id`;
        RELEASE SAVEPOINT `orm_1`;
        COMMIT
        ",
    );
    assert_eq!(database.ask("SELECT name FROM employees WHERE id > 5 ORDER BY id"), ["Fay", "Gil"]);
    Ok(())
}

#[test]
fn failures() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let sales = session.add(Department { name: "Sales".into(), ..Default::default() });
    let fay = session.add(Employee { name: "F".repeat(51), department: sales.into(), ..Default::default() });
    let error = session.commit().unwrap_err();
    assert!(matches!(error, Error::TooLong { model: Some("Employee"), field: Some("name"), .. }), "{error}");
    assert_eq!(session[sales].id.get(), None); // the department is not there either, and waits again
    session[fay].name = "Fay".into();
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments WHERE id > 3"), ["Sales"]);
    record();
    Ok(())
}
