//! Parts of a collection: found, counted and paged without loading it, for all owners of a result at once.

use expect_test::expect;
use orm_core::prelude::*;
use planning_demo::models::{Department, Employee, Project};
use tests::{Database, company, statements};

fn names(employees: &[View<'_, Employee>]) -> Vec<String> {
    employees.iter().map(|employee| employee.firstname.clone()).collect()
}

#[test]
fn some_members_are_found_for_all_owners_at_once() -> orm_core::Result<()> {
    // unit-of-work 134
    let (_database, session) = company();
    let projects = session.query::<Project>().order_by(Project::id).all()?;
    let (found, sent) = statements(|| -> orm_core::Result<Vec<Vec<String>>> {
        let with_a = |project: &View<'_, Project>| {
            let employees = project.related(Project::employees).filter(Employee::firstname.like("%a%"));
            Ok(names(&employees.order_by(Employee::firstname.desc()).all()?))
        };
        projects.iter().chain(&projects).map(with_a).collect()
    });
    let once = [vec!["Kate"], vec!["Jack"], vec!["Kate", "Jack"]];
    assert_eq!(found?, [once.clone(), once].concat());
    expect!["SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id`, `projects_employees`.`project_id` AS `#owner_0` FROM `employees` INNER JOIN `projects_employees` ON `projects_employees`.`employee_id` = `employees`.`id` WHERE `projects_employees`.`project_id` IN (?, ?, ?, ?) AND `employees`.`firstname` LIKE ? ORDER BY `employees`.`firstname` DESC, `employees`.`id`"].assert_eq(&sent.join("\n"));
    Ok(())
}

#[test]
fn the_collection_itself_is_not_loaded() -> orm_core::Result<()> {
    let (_database, session) = company();
    let department = session.find::<Department>(1)?.expect("it is there");
    let employees = || department.related(Department::employees);
    assert_eq!(names(&employees().filter(Employee::firstname.ne("John")).all()?), ["Jack", "Ben"]);
    assert_eq!((employees().count()?, employees().limit(1).all()?.len()), (3, 1));
    let (all, sent) = statements(|| department.employees().map(|employees| employees.len()));
    assert_eq!((all?, sent.len()), (3, 1), "{sent:#?}");
    Ok(())
}

#[test]
fn the_first_ones_of_each_owner() -> orm_core::Result<()> {
    let (_database, session) = company();
    let departments = session.query::<Department>().order_by(Department::id).all()?;
    let projects = session.query::<Project>().order_by(Project::id).all()?;
    let (found, sent) = statements(|| -> orm_core::Result<Vec<Vec<String>>> {
        let of_department = |it: &View<'_, Department>| {
            let employees = it.related(Department::employees).filter(Employee::id.gt(1));
            Ok(names(&employees.order_by(Employee::firstname).limit(1).all()?))
        };
        let of_project = |it: &View<'_, Project>| {
            let last = it.related(Project::employees).order_by(Employee::id.desc());
            Ok(names(&last.limit(2).all()?))
        };
        departments.iter().map(of_department).chain(projects.iter().map(of_project)).collect()
    });
    let expected = [vec!["Ben"], vec!["Kate"], vec!["Kate", "John"], vec!["Sun", "Ben"], vec!["Sun", "Ben"]];
    assert_eq!(found?, expected);
    expect![[r#"
        SELECT `id`, `firstname`, `lastname`, `active`, `department_id` FROM (SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id`, ROW_NUMBER() OVER (PARTITION BY `employees`.`department_id` ORDER BY `employees`.`firstname`, `employees`.`id`) AS `#position` FROM `employees` WHERE `employees`.`department_id` IN (?, ?) AND `employees`.`id` > ?) AS `numbered` WHERE `#position` <= ? ORDER BY `#position`
        SELECT `id`, `firstname`, `lastname`, `active`, `department_id`, `#owner_0` FROM (SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id`, `projects_employees`.`project_id` AS `#owner_0`, ROW_NUMBER() OVER (PARTITION BY `projects_employees`.`project_id` ORDER BY `employees`.`id` DESC, `employees`.`id`) AS `#position` FROM `employees` INNER JOIN `projects_employees` ON `projects_employees`.`employee_id` = `employees`.`id` WHERE `projects_employees`.`project_id` IN (?, ?, ?, ?)) AS `numbered` WHERE `#position` <= ? ORDER BY `#position`"#]].assert_eq(&sent.join("\n"));
    Ok(())
}

#[test]
fn members_are_counted_for_all_owners_at_once() -> orm_core::Result<()> {
    // unit-of-work 158
    let (database, session) = company();
    database.run("DELETE FROM projects_employees WHERE project_id = 1");
    let departments = session.query::<Department>().order_by(Department::id).all()?;
    let projects = session.query::<Project>().order_by(Project::id).all()?;
    let (found, sent) = statements(|| -> orm_core::Result<(Vec<u64>, Vec<u64>, Vec<bool>)> {
        let employees = departments.iter().map(|it| it.related(Department::employees).count());
        let members = projects.iter().map(|it| it.related(Project::employees).count());
        let johns = projects.iter().map(|it| it.related(Project::employees).filter(Employee::firstname.eq("John")));
        Ok((
            employees.collect::<Result<_, _>>()?,
            members.collect::<Result<_, _>>()?,
            johns.map(|johns| johns.exists()).collect::<Result<_, _>>()?,
        ))
    });
    assert_eq!(found?, (vec![3, 2], vec![0, 3, 5], vec![false, false, true]));
    expect![[r#"
        SELECT `employees`.`department_id`, COUNT(*) FROM `employees` WHERE `employees`.`department_id` IN (?, ?) GROUP BY `employees`.`department_id`
        SELECT `projects_employees`.`project_id`, COUNT(*) FROM `projects_employees` WHERE `projects_employees`.`project_id` IN (?, ?, ?, ?) GROUP BY `projects_employees`.`project_id`
        SELECT `projects_employees`.`project_id`, COUNT(*) FROM `employees` INNER JOIN `projects_employees` ON `projects_employees`.`employee_id` = `employees`.`id` WHERE `projects_employees`.`project_id` IN (?, ?, ?, ?) AND `employees`.`firstname` = ? GROUP BY `projects_employees`.`project_id`"#]].assert_eq(&sent.join("\n"));
    Ok(())
}

#[test]
fn what_is_loaded_is_counted_without_asking() -> orm_core::Result<()> {
    let (_database, session) = company();
    let departments = session.query::<Department>().with(Department::employees).all()?;
    let (found, sent) =
        statements(|| departments.iter().filter_map(|it| it.related(Department::employees).count().ok()).sum::<u64>());
    assert_eq!((found, sent.len()), (5, 0), "{sent:#?}");
    Ok(())
}

#[test]
fn a_member_is_recognised_without_loading_the_others() -> orm_core::Result<()> {
    // unit-of-work 158
    let (_database, session) = company();
    let kate = session.find::<Employee>(2)?.expect("Kate is there");
    let projects = session.query::<Project>().order_by(Project::id).all()?;
    let contains = |projects: &[View<'_, Project>]| -> orm_core::Result<Vec<bool>> {
        projects.iter().map(|project| project.related(Project::employees).contains(kate)).collect()
    };
    let (found, sent) = statements(|| contains(&projects));
    assert_eq!(found?, [true, false, true]);
    expect!["SELECT `projects_employees`.`project_id`, COUNT(*) FROM `employees` INNER JOIN `projects_employees` ON `projects_employees`.`employee_id` = `employees`.`id` WHERE `projects_employees`.`project_id` IN (?, ?, ?, ?) AND `employees`.`id` = ? GROUP BY `projects_employees`.`project_id`"].assert_eq(&sent.join("\n"));
    projects[0].employees()?;
    let (found, sent) = statements(|| contains(&projects));
    assert_eq!((found?, sent.len()), (vec![true, false, true], 0), "{sent:#?}");
    let by_key = projects[1].related(Project::employees).contains(BelongsTo::key(3))?;
    assert!(by_key, "Jack is");
    Ok(())
}

#[test]
fn a_page_is_of_one_owner() -> orm_core::Result<()> {
    let (_database, session) = company();
    let project = session.find::<Project>(3)?.expect("it is there");
    let employees = || project.related(Project::employees).order_by(Employee::firstname);
    let (found, sent) = statements(|| Ok::<_, orm_core::Error>([employees().page(0, 2)?, employees().page(4, 2)?]));
    let [first, last] = found?;
    assert_eq!((names(&first), names(&last)), (vec!["Ben".to_owned(), "Jack".to_owned()], vec!["Sun".to_owned()]));
    expect![[r#"
        SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id`, `projects_employees`.`project_id` AS `#owner_0` FROM `employees` INNER JOIN `projects_employees` ON `projects_employees`.`employee_id` = `employees`.`id` WHERE `projects_employees`.`project_id` IN (?) ORDER BY `employees`.`firstname`, `employees`.`id` LIMIT 2 OFFSET 0
        SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id`, `projects_employees`.`project_id` AS `#owner_0` FROM `employees` INNER JOIN `projects_employees` ON `projects_employees`.`employee_id` = `employees`.`id` WHERE `projects_employees`.`project_id` IN (?) ORDER BY `employees`.`firstname`, `employees`.`id` LIMIT 2 OFFSET 4"#]].assert_eq(&sent.join("\n"));
    Ok(())
}

#[test]
fn what_was_found_is_asked_again_after_a_flush_that_writes() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let handle = session.find::<Department>(1)?.expect("it is there").handle();
    let active = |session: &Session| -> orm_core::Result<(usize, u64)> {
        let employees = || session.view(handle).related(Department::employees).filter(Employee::active.eq(true));
        Ok((employees().all()?.len(), employees().count()?))
    };
    assert_eq!(active(&session)?, (3, 3));
    let (found, sent) = statements(|| active(&session));
    assert_eq!((found?, sent.len()), ((3, 3), 0), "{sent:#?}");
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    session[john].active = false;
    assert_eq!(active(&session)?, (2, 2), "it is flushed before");
    session.rollback()?;
    assert_eq!(active(&session)?, (3, 3));
    Ok(())
}

#[test]
fn statements_for_many_rows_and_expiring_make_it_be_asked_again() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let handle = session.find::<Department>(1)?.expect("it is there").handle();
    let count = |session: &Session| {
        session.view(handle).related(Department::employees).filter(Employee::active.eq(true)).count()
    };
    assert_eq!(count(&session)?, 3);
    session.update_all(orm_core::query::<Employee>().filter(Employee::id.eq(1)), [Employee::active.set(false)])?;
    assert_eq!(count(&session)?, 2);
    session.expire_all()?;
    let (found, sent) = statements(|| count(&session));
    assert_eq!((found?, sent.len()), (2, 1), "{sent:#?}");
    Ok(())
}

#[test]
fn a_new_owner_is_flushed_before_it_is_asked_about() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    let hugo = session.add(Employee::new("Hugo", "Reyes", sales));
    let employees = || session.view(sales).related(Department::employees);
    assert!(employees().contains(hugo)?);
    assert_eq!(employees().first()?.map(|it| it.handle()), Some(hugo));
    Ok(())
}

#[test]
fn conditions_may_ask_about_relationships_and_objects() -> orm_core::Result<()> {
    let (_database, session) = company();
    let kate = session.find::<Employee>(2)?.expect("Kate is there");
    let department = session.find::<Department>(2)?.expect("it is there");
    let on_first = Employee::projects.any(Project::id.eq(1)) | Employee::department.is_null();
    let found = department.related(Department::employees).filter(on_first).all()?;
    assert_eq!(found.iter().map(|it| it.handle()).collect::<Vec<_>>(), [kate.handle()]);
    let project = session.find::<Project>(1)?.expect("it is there");
    let colleagues = project.related(Project::employees).filter(Employee::department.ne(department)).all()?;
    assert_eq!(names(&colleagues), ["John"]);
    Ok(())
}

#[test]
fn a_strict_session_may_be_asked_in_so_many_words() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    session.set_lazy(Lazy::Strict);
    let department = session.find::<Department>(1)?.expect("it is there");
    let found = department.related(Department::employees).limit(1).all()?;
    assert!(found[0].department()?.is_some(), "it is there");
    assert!(found[0].projects().is_err(), "what comes of it is as strict");
    Ok(())
}

#[test]
fn the_declared_order_holds_where_no_other_is_given() -> orm_core::Result<()> {
    // unit-of-work 136
    #[derive(Debug, Model)]
    #[model(table = "lists")]
    struct List {
        #[primary_key]
        id: Auto<i32>,
        #[has_many(order_by = desc(rank))]
        entries: HasMany<Entry>,
    }
    #[derive(Debug, Model)]
    #[model(table = "entries")]
    struct Entry {
        #[primary_key]
        id: Auto<i32>,
        #[column(name = "rang")]
        rank: i32,
        #[belongs_to]
        list: BelongsTo<List>,
    }
    let database = Database::with(&Schema::of::<List>());
    database.run("INSERT INTO lists VALUES (1)");
    database.run("INSERT INTO entries (id, rang, list_id) VALUES (1, 10, 1), (2, 30, 1), (3, 20, 1)");
    let session = database.engine().session();
    let list = session.find::<List>(1)?.expect("it is there");
    let ranks = |found: Vec<View<'_, Entry>>| found.iter().map(|entry| entry.rank).collect::<Vec<_>>();
    let entries = || list.related(List::entries);
    assert_eq!(ranks(entries().filter(Entry::rank.lt(25)).all()?), [20, 10]);
    assert_eq!(ranks(entries().limit(2).all()?), [30, 20]);
    assert_eq!(ranks(entries().page(1, 1)?), [20]);
    assert_eq!(ranks(entries().order_by(Entry::id).limit(2).all()?), [10, 30]);
    Ok(())
}

#[test]
fn a_thousand_owners_are_one_statement() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let departments = session.add_many((0..1500).map(|number| Department::new(&number.to_string())));
    session.add_many(departments.iter().map(|&department| Employee::new("a", "b", department)));
    session.commit()?;
    let (found, sent) = statements(|| {
        let employees = |&it: &Handle<Department>| session.view(it).related(Department::employees);
        departments
            .iter()
            .filter_map(|it| employees(it).filter(Employee::firstname.eq("a")).all().ok())
            .flatten()
            .count()
    });
    assert_eq!((found, sent.len()), (1500, 2));
    Ok(())
}

#[test]
fn questions_that_differ_from_owner_to_owner_are_soon_asked_for_one_alone() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    session.add_many((0..10).map(|number| Department::new(&number.to_string())));
    session.commit()?;
    let departments = session.query::<Department>().all()?;
    let (_, sent) = statements(|| {
        for department in &departments {
            let namesakes = Employee::firstname.eq(&department.name);
            department.related(Department::employees).filter(namesakes).all()?;
        }
        Ok::<_, orm_core::Error>(())
    });
    assert_eq!(sent.len(), 12);
    let alone = sent.iter().filter(|sql| sql.contains("`department_id` IN (?) AND ")).count();
    assert_eq!(alone, 8, "{sent:#?}");
    Ok(())
}

#[test]
fn owners_with_keys_of_two_columns_have_parts_too() -> orm_core::Result<()> {
    #[derive(Debug, Model)]
    #[model(table = "shelves")]
    struct Shelf {
        #[primary_key]
        room: i32,
        #[primary_key]
        number: i32,
        #[has_many]
        boxes: HasMany<Crate>,
        #[many_to_many(through = "labelled", from("room", "number"), one_sided)]
        labels: ManyToMany<Label>,
    }
    #[derive(Debug, Model)]
    #[model(table = "crates")]
    struct Crate {
        #[primary_key]
        id: Auto<i32>,
        #[belongs_to(columns("room", "shelf"))]
        shelf: BelongsTo<Shelf>,
    }
    #[derive(Debug, Model)]
    #[model(table = "labels")]
    struct Label {
        #[primary_key]
        id: Auto<i32>,
    }
    let database = Database::with(&Schema::of::<Shelf>());
    database.run("INSERT INTO shelves VALUES (1, 1), (1, 2), (2, 1)");
    database.run("INSERT INTO crates VALUES (1, 1, 1), (2, 1, 2), (3, 1, 2), (4, 1, 2)");
    database.run("INSERT INTO labels VALUES (1), (2), (3)");
    database.run("INSERT INTO labelled (room, number, label_id) VALUES (1, 1, 1), (1, 1, 2), (1, 1, 3), (2, 1, 3)");
    let session = database.engine().session();
    let shelves = session.query::<Shelf>().order_by(Shelf::room).order_by(Shelf::number).all()?;
    let (found, sent) = statements(|| -> orm_core::Result<Vec<(u64, usize, u64, usize)>> {
        let of = |it: &View<'_, Shelf>| {
            let (boxes, labels) = (|| it.related(Shelf::boxes), || it.related(Shelf::labels));
            Ok((boxes().count()?, boxes().limit(2).all()?.len(), labels().count()?, labels().limit(2).all()?.len()))
        };
        shelves.iter().map(of).collect()
    });
    assert_eq!((found?, sent.len()), (vec![(1, 1, 3, 2), (3, 2, 0, 0), (0, 0, 1, 1)], 4), "{sent:#?}");
    Ok(())
}

#[test]
fn members_are_streamed_without_being_kept() -> orm_core::Result<()> {
    let (_database, session) = company();
    let projects = session.query::<Project>().order_by(Project::id).all()?;
    let mut found = Vec::new();
    let (streamed, sent) = statements(|| {
        let of_first = projects[0].related(Project::employees).filter(Employee::firstname.ne("Kate"));
        of_first.order_by(Employee::id.desc()).stream(|employee: Employee| {
            found.push(employee.firstname);
            Ok(())
        })
    });
    streamed?;
    assert_eq!((found.join(" "), sent.len()), ("John".to_owned(), 1));
    let (kept, sent) = statements(|| session.find::<Employee>(1).map(|employee| employee.is_some()));
    assert_eq!((kept?, sent.len()), (true, 1), "the session has kept none");
    Ok(())
}

#[test]
fn an_order_may_speak_of_an_object() -> orm_core::Result<()> {
    let (_database, session) = company();
    let engineering = session.find::<Department>(2)?.expect("it is there");
    let project = session.find::<Project>(3)?.expect("it is there");
    let first = func::if_(Employee::department.eq(engineering), 0, 1);
    let found = project.related(Project::employees).order_by(first).all()?;
    let departments: Vec<Option<i32>> = found.iter().map(|employee| employee.department.key()).collect();
    assert_eq!(departments, [2, 2, 1, 1, 1].map(Some));
    Ok(())
}
