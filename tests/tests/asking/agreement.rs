//! However a query is put together, `count`, `exists`, `first` and `stream` agree with what it gives.

use orm_core::func::{self, Over};
use orm_core::prelude::*;

use super::common_tables::{Chain, below};
use super::{Department, Employee, Manager, Project, company};

/// Queries for values.
macro_rules! agree_on_rows {
    ($($query:expr;)*) => {$({
        let query = || $query;
        let sql = query().to_sql();
        let rows = query().rows()?.len() as u64;
        let mut streamed = 0;
        query().stream(|_| {
            streamed += 1;
            Ok(())
        })?;
        let counted = (streamed, query().count()?, query().exists()?, query().first()?.is_some());
        assert_eq!(counted, (rows, rows, rows > 0, rows > 0), "{sql}");
    })*};
}

/// Queries for objects.
macro_rules! agree_on_objects {
    ($($query:expr;)*) => {$({
        let query = || $query;
        let sql = query().to_sql();
        let objects = query().all()?.len() as u64;
        let mut streamed = 0;
        query().stream(|_| {
            streamed += 1;
            Ok(())
        })?;
        let counted = (streamed, query().count()?, query().exists()?, query().first()?.is_some());
        assert_eq!(counted, (objects, objects, objects > 0, objects > 0), "{sql}");
        assert_eq!(query().handles()?.len() as u64, objects, "{sql}");
    })*};
}

#[test]
fn of_values() -> orm_core::Result<()> {
    let (_database, session) = company();
    agree_on_rows! {
        session.query::<Employee>().join(Employee::department).select((Employee::name, Department::name)).distinct();
        session.query::<Employee>().join(Employee::department).select((Employee::name, Department::name)).limit(2);
        session.query::<Employee>().select(func::count());
        session.query::<Employee>().filter(Employee::id.gt(99)).select(func::max(Employee::salary));
        session.query::<Employee>().select((Employee::department.key(), func::count())).group_by(Employee::department.key());
        session.query::<Employee>().select((Employee::department.key(), func::count())).group_by(Employee::department.key()).having(func::count().gt(1));
        session.query::<Employee>().select(func::count()).having(func::count().gt(10));
        session.query::<Employee>().select((func::value(1), func::value(2), Employee::id)).limit(3);
        session.query::<Employee>().select((func::value(1), func::value(1))).distinct();
        session.query::<Employee>().select((func::if_(Employee::salary.gt(50), "h", "l"), func::count())).group_by(func::if_(Employee::salary.gt(50), "h", "l"));
        below(1).query().limit(2).on(&session);
        session.query::<Employee>().join_on(below(1), Employee::id.eq(Chain::id)).select((Employee::id, Chain::id)).distinct();
        session.query::<Employee>().select(Employee::id).limit(0);
        session.query::<Employee>().select(Employee::id).offset(7);
        session.query::<Employee>().select((Employee::id, Employee::id)).union(query::<Employee>().select((Employee::id, Employee::salary)));
        session.query::<Employee>().select(func::count()).group_by(Employee::department.key());
        session.query::<Employee>().join(Employee::department).select((Employee::id, Department::id, func::count(), func::count())).group_by((Employee::id, Department::id)).limit(2);
        session.query::<Employee>().select((func::row_number().over(func::window().order_by(Employee::id)), func::row_number().over(func::window().order_by(Employee::id)))).limit(2);
        session.query::<Department>().select((Department::id, query::<Employee>().correlate::<Department>().filter(Employee::department.key().eq(Department::id)).select(func::count()).as_term()));
        session.query::<Employee>().select(func::sum(Employee::salary).over(func::window()));
        session.query::<Employee>().select((func::count(), func::count())).limit(5);
        session.query::<Employee>().order_by(Employee::salary).select(Employee::salary).distinct();
    }
    Ok(())
}

#[test]
fn of_objects() -> orm_core::Result<()> {
    let (_database, session) = company();
    agree_on_objects! {
        session.query::<Department>().left_join(Department::employees);
        session.query::<Department>().left_join(Department::employees).limit(2);
        session.query::<Department>().join(Department::employees).offset(1);
        session.query::<Employee>().join(Employee::reports.to::<Manager>()).left_join(Employee::projects);
        session.query::<Employee>().join_on(below(1), Employee::id.ge(Chain::id));
        session.query::<Employee>().join_on(below(1), Employee::id.ge(Chain::id)).order_by(Chain::depth).limit(3);
        session.query::<Employee>().left_join_on(below(2), Employee::id.eq(Chain::id)).order_by(Chain::depth.desc()).offset(3);
        query::<Project>().join(Project::employees).union(query::<Project>().left_join(Project::employees).limit(3)).on(&session);
        query::<Employee>().join_on(below(2), Employee::id.eq(Chain::id)).union(query::<Employee>().join_on(below(3), Employee::id.eq(Chain::id))).on(&session);
        session.query::<Project>().join(Project::employees).limit(0);
        session.query::<Employee>().with_joined(Employee::department).join(Employee::projects);
        session.query::<Employee>().with_joined(Employee::department).left_join(Employee::department).filter(Department::name.ne("x")).order_by(Department::name).limit(3);
        session.query::<Project>().join(Project::employees).order_by(Employee::name).limit(2).for_update();
        session.query::<Employee>().order_by(Employee::id).comment("x */ y ?");
        session.query::<Employee>().join_on(below(1), Employee::id.eq(Chain::id)).limit(1).for_update();
        session.query::<Employee>().filter(Employee::id.in_(Vec::<i32>::new()));
        session.query::<Employee>().filter(!Employee::id.in_(Vec::<i32>::new()));
        session.query::<Department>().join(Department::employees).order_by(query::<Employee>().correlate::<Department>().filter(Employee::department.key().eq(Department::id)).select(func::count()).as_term()).limit(2);
        session.query::<Department>().filter(func::exists(query::<Employee>().correlate::<Department>().filter(Employee::department.key().eq(Department::id)).join(Employee::projects).limit(1)));
    }
    Ok(())
}

#[test]
fn of_objects_beside_values() -> orm_core::Result<()> {
    let (_database, session) = company();
    let limited = || {
        session
            .query::<Employee>()
            .join(Employee::department)
            .select((model::<Employee>(), model::<Department>()))
            .limit(3)
    };
    assert_eq!((limited().rows()?.len() as u64, limited().count()?), (3, 3));
    let distinct = || {
        session
            .query::<Project>()
            .join(Project::employees)
            .join(Employee::department)
            .select((model::<Project>(), model::<Department>()))
            .distinct()
    };
    assert_eq!(distinct().rows()?.len() as u64, distinct().count()?);
    let streamed = limited().stream(|_| Ok(()));
    assert!(matches!(streamed, Err(orm_core::Error::Unsupported { .. })), "a stream keeps no objects: {streamed:?}");
    Ok(())
}

#[test]
fn of_aggregates_that_are_hidden_and_of_ones_by_their_name() -> orm_core::Result<()> {
    let (_database, session) = company();
    agree_on_rows! {
        session.query::<Employee>().select(func::sum(func::sum(Employee::salary)).over(func::window()));
        session.query::<Employee>().select(func::aggregate::<f64, _>("STDDEV_POP", (Employee::salary,)));
        session.query::<Employee>().select(func::year(Employee::born)).group_by(func::year(Employee::born)).having(
            func::exists(query::<Employee>().filter(func::year(Employee::born).eq(1990)))
        );
    }
    Ok(())
}
