//! Values inside values, and values that are all there is beside the key.

use expect_test::expect;
use orm_core::prelude::*;
use tests::{Database, statements};

#[derive(Clone, Debug, PartialEq, Embed)]
#[embed(no_default)]
struct Point {
    x: i32,
    y: i32,
}

impl Default for Point {
    fn default() -> Self {
        point(7, 7)
    }
}

#[derive(Clone, Debug, PartialEq, Embed)]
struct Line {
    #[embed(prefix = "from_")]
    start: Point,
    #[embed]
    label_at: Option<Point>,
    #[column(length = 10)]
    color: Option<String>,
    #[embed(prefix = "to_")]
    end: Point,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "drawings")]
struct Drawing {
    #[embed(prefix = "")]
    base: Line,
    #[embed]
    top: Option<Line>,
    #[primary_key]
    id: i32,
}

fn point(x: i32, y: i32) -> Point {
    Point { x, y }
}

fn drawings() -> [Drawing; 3] {
    let line = Line { start: point(1, 2), end: point(3, 4), label_at: None, color: Some("red".into()) };
    let labelled = Line { label_at: Some(point(5, 6)), color: None, ..line.clone() };
    [
        Drawing { id: 1, base: line.clone(), top: None },
        Drawing { id: 2, base: labelled.clone(), top: Some(line.clone()) },
        Drawing { id: 3, base: line, top: Some(labelled) },
    ]
}

fn database() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Drawing>());
    let mut session = database.engine().session();
    session.add_all(drawings());
    session.commit().expect("the drawings are committed");
    let session = database.engine().session();
    (database, session)
}

#[test]
fn the_columns_of_a_value_come_before_those_of_the_values_inside_it() {
    expect![[r#"
        CREATE TABLE `drawings` (
          `id` INT NOT NULL,
          `color` VARCHAR(10) NULL,
          `from_x` INT NOT NULL,
          `from_y` INT NOT NULL,
          `label_at_x` INT NULL,
          `label_at_y` INT NULL,
          `to_x` INT NOT NULL,
          `to_y` INT NOT NULL,
          `top_color` VARCHAR(10) NULL,
          `top_from_x` INT NULL,
          `top_from_y` INT NULL,
          `top_label_at_x` INT NULL,
          `top_label_at_y` INT NULL,
          `top_to_x` INT NULL,
          `top_to_y` INT NULL,
          PRIMARY KEY (`id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
    "#]]
    .assert_eq(&Schema::of::<Drawing>().ddl());
}

#[test]
fn values_inside_values_are_written_and_read() -> orm_core::Result<()> {
    let (_database, session) = database();
    let read = session.query::<Drawing>().order_by(Drawing::id).all()?;
    assert_eq!(read.iter().map(|drawing| drawing.get().clone()).collect::<Vec<_>>(), drawings());
    Ok(())
}

fn ids(found: Vec<View<'_, Drawing>>) -> Vec<i32> {
    found.iter().map(|drawing| drawing.id).collect()
}

#[test]
fn a_value_inside_a_value_can_be_asked_for() -> orm_core::Result<()> {
    let (_database, session) = database();
    let top = Drawing::top;
    let query = || session.query::<Drawing>().order_by(Drawing::id);
    assert_eq!(ids(query().filter(Drawing::base.end.y.eq(4) & Drawing::base.label_at.x.eq(5)).all()?), [2]);
    assert_eq!(ids(query().filter(top.label_at.y.eq(6) & top.end.x.eq(3)).all()?), [3]);
    assert_eq!(ids(query().filter(top.end.y.is_null() | top.label_at.x.is_not_null()).all()?), [1, 3]);
    assert_eq!(
        format!("{:?} {:?} {top:?}", top.label_at.y, Drawing::base.color),
        "Drawing::top.label_at.y Drawing::base.color LineColumns"
    );
    Ok(())
}

#[test]
fn a_change_in_a_value_inside_a_value_updates_its_column_only() -> orm_core::Result<()> {
    let (_database, mut session) = database();
    session.find_mut::<Drawing>(3)?.expect("it is there").base.end.x = 9;
    let top = &mut session.find_mut::<Drawing>(3)?.expect("it is there").top;
    top.as_mut().expect("it has a top").label_at = None;
    let (committed, sent) = statements(|| session.commit());
    committed?;
    expect![[r#"
        UPDATE `drawings` SET `to_x` = ?, `top_label_at_x` = ?, `top_label_at_y` = ? WHERE `id` = ?
        COMMIT"#]]
    .assert_eq(&sent.join("\n"));
    Ok(())
}

#[test]
fn a_default_of_the_users_own_is_that_of_the_field() {
    let line = Line { start: point(7, 7), end: point(7, 7), label_at: None, color: None };
    assert_eq!(Drawing::default(), Drawing { id: 0, base: line, top: None });
}
