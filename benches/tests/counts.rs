//! What the hot paths need is exact: statements, allocations, and the most bytes at one time. `UPDATE_EXPECT=1 cargo test -p benches`
//! writes the numbers anew; what is promised of them stands below, and does not.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use allocation_counter::{AllocationInfo, measure};
use anyhow::Result;
use benches::paths::{ALL, Path};
use benches::world::World;
use expect_test::expect;
use orm_core::Flavour;

const FEW: u64 = 1_000;
const MANY: u64 = 2_000;

/// What a path needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Count {
    statements: u64,
    allocations: u64,
    /// The most bytes at one time.
    peak: u64,
    /// The bytes that are left in the end.
    left: i64,
}

/// What each path needs for few objects and for many.
struct Counts {
    paths: BTreeMap<&'static str, [Count; 2]>,
    flavour: Flavour,
}

/// Counted by one thread: the driver keeps buffers for all threads, and an allocation depends on which of them has grown already.
static COUNTS: LazyLock<Counts> = LazyLock::new(|| count_all().expect("each path can be gone"));

fn count_all() -> Result<Counts> {
    let world = World::start(std::env::var("DATABASE_URL").ok().as_deref())?;
    let mut paths = BTreeMap::new();
    for path in ALL {
        paths.insert(path.name, [count(&world, path, FEW)?, count(&world, path, MANY)?]);
    }
    Ok(Counts { paths, flavour: world.seed()?.engine.dialect().flavour })
}

/// What a path needs for a number of objects. It has been gone twice by then: that prepares its statements and fills the driver's
/// buffers, which take turns.
fn count(world: &World, path: Path, n: u64) -> Result<Count> {
    (path.ready)(world, n)?()?;
    (path.ready)(world, n)?()?;
    let mut job = (path.ready)(world, n)?;
    let (before, mut done) = (world.statements()?, Ok(0));
    let AllocationInfo { count_total, bytes_max, bytes_current, .. } = measure(|| done = job());
    done?;
    // The second question for the number is counted, too.
    let statements = world.statements()? - before - 1;
    Ok(Count { statements, allocations: count_total, peak: bytes_max, left: bytes_current })
}

fn few(path: &str) -> Count {
    COUNTS.paths[path][0]
}

fn many(path: &str) -> Count {
    COUNTS.paths[path][1]
}

/// Allocations for each further object.
fn allocations_for_one(path: &str) -> f64 {
    (many(path).allocations - few(path).allocations) as f64 / (MANY - FEW) as f64
}

#[test]
fn each_path_needs_what_is_written_here() {
    if COUNTS.flavour != Flavour::MariaDb {
        return;
    }
    let mut lines = vec![format!("{:14}{:>6}{:>12}{:>13}{:>12}", "path", "n", "statements", "allocations", "peak")];
    for path in ALL {
        for (n, count) in [FEW, MANY].into_iter().zip(COUNTS.paths[path.name]) {
            let Count { statements, allocations, peak, .. } = count;
            lines.push(format!("{:14}{n:>6}{statements:>12}{allocations:>13}{peak:>12}", path.name));
        }
    }
    expect![[r#"
        path               n  statements  allocations        peak
        driver-load     1000           1         3014      107097
        driver-load     2000           1         6015      214095
        driver-find     1000        1000         7002         393
        driver-find     2000        2000        14002         394
        stream          1000           2         3013        2280
        stream          2000           2         6013        2280
        load            1000           2         3053      173263
        load            2000           2         6058      346641
        load-again      1000           1         3018       12464
        load-again      2000           1         6019       24560
        load-related    1000           4         6251      495076
        load-related    2000           5        12286      878086
        load-links      1000           4         4328      337554
        load-links      2000           4         8530      683711
        lazy            1000           3         6124      480324
        lazy            2000           4        12174      848326
        follow          1000           0            0           0
        follow          2000           0            0           0
        find            1000        1001         8047      164876
        find            2000        2001        16051      322217
        find-again      1000           0            0           0
        find-again      2000           0            0           0
        join            1000        1001        22524        5308
        join            2000        2001        45024        5308
        plan-inserts    1000           0         6089      803750
        plan-inserts    2000           0        12105     1608982
        plan-updates    1000           0         2044      470855
        plan-updates    2000           0         4054      942761
        insert          1000           6        17385     1238998
        insert          2000          10        34453     2477494
        update          1000           9         5182      734486
        update          2000          17        10259     1470874
        delete          1000           2           67      278232
        delete          2000           3           86      556120
        change-one      1000           2           44        2354
        change-one      2000           2           44        2354
    "#]]
    .assert_eq(&(lines.join("\n") + "\n"));
}

#[test]
fn the_cost_of_a_path_is_in_proportion_to_its_objects() {
    for path in ALL {
        let (few, many) = (few(path.name), many(path.name));
        assert!(many.allocations <= few.allocations * MANY / FEW, "{}: {few:?}, {many:?}", path.name);
        // A vector that has just grown is half empty.
        assert!(many.peak <= 2 * few.peak * MANY / FEW, "{}: {few:?}, {many:?}", path.name);
    }
}

#[test]
fn a_change_costs_the_same_among_few_and_among_many() {
    assert_eq!(few("change-one"), many("change-one"));
}

#[test]
fn a_stream_needs_the_same_memory_for_any_number_of_rows() {
    assert_eq!(few("stream").peak, many("stream").peak);
}

#[test]
fn nothing_is_left_of_a_session_that_has_ended() {
    for path in ["stream", "load", "load-related", "load-links", "lazy", "find", "insert"] {
        assert_eq!((few(path).left, many(path).left), (0, 0), "{path}");
    }
}

#[test]
fn an_object_that_is_loaded_is_one_allocation_beyond_its_own_fields() {
    // First name and last name, or phone number and address; and the driver's row. Now and then a vector grows.
    for (path, objects) in [("stream", 1.0), ("load", 1.0), ("lazy", 2.0), ("load-related", 2.0)] {
        assert!(allocations_for_one(path) <= objects * (2.0 + 1.0) + 0.05, "{path}: {}", allocations_for_one(path));
    }
    assert!(allocations_for_one("find") <= allocations_for_one("driver-find") + 1.0 + 0.05);
}

#[test]
fn what_the_session_has_is_found_and_followed_without_a_statement_or_an_allocation() {
    for path in ["find-again", "follow"] {
        let Count { statements, allocations, .. } = many(path);
        assert_eq!((statements, allocations), (0, 0), "{path}");
    }
}

#[test]
fn what_is_planned_is_not_sent() {
    assert_eq!((many("plan-inserts").statements, many("plan-updates").statements), (0, 0));
}

#[test]
fn a_relationship_of_a_thousand_objects_is_one_statement() {
    // The objects are asked for at once, and a transaction is ended.
    assert_eq!((few("lazy").statements, many("lazy").statements), (2 + 1, 2 + 2));
    assert_eq!((few("load-related").statements, many("load-related").statements), (2 + 1 + 1, 2 + 2 + 1));
}
