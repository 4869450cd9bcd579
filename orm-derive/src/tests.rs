//! Whole expansions, and input that nobody would write.

mod random;
mod written;

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;

use crate::error::Errors;
use crate::{check, derive, derive_result_row, derive_value, parse};

/// The mistakes of a model: each token to change, and what is said about it.
pub(crate) fn mistakes(model: &str, expected: Expect) {
    let mut errors = Errors::default();
    let written = parse::model(model.parse().expect("the model consists of tokens"), &mut errors);
    written.as_ref().map(|written| check::model(written, &mut errors));
    expected.assert_eq(&errors.told());
}

/// The mistakes of fields that come after `#[primary_key] id: Auto<i32>` in the model `Example`.
pub(crate) fn mistakes_of_fields(fields: &str, expected: Expect) {
    mistakes(&format!("struct Example {{ #[primary_key] id: Auto<i32>, {fields} }}"), expected);
}

/// The mistakes of an embedded value.
pub(crate) fn mistakes_of_a_value(value: &str, expected: Expect) {
    let mut errors = Errors::default();
    let written = parse::embedded(value.parse().expect("the value consists of tokens"), &mut errors);
    written.as_ref().map(|written| check::embedded(written, &mut errors));
    expected.assert_eq(&errors.told());
}

/// The mistakes of a row of a result.
pub(crate) fn mistakes_of_a_row(row: &str, expected: Expect) {
    let mut errors = Errors::default();
    let written = parse::row(row.parse().expect("the row consists of tokens"), &mut errors);
    written.as_ref().map(|written| check::row(written, &mut errors));
    expected.assert_eq(&errors.told());
}

/// The code for a model, formatted.
fn expansion(model: &str) -> String {
    formatted(derive, model)
}

/// What a derive makes of its input, formatted.
pub(crate) fn formatted(derive: fn(TokenStream) -> TokenStream, input: &str) -> String {
    let tokens: TokenStream = input.parse().expect("the input consists of tokens");
    let file = syn::parse2(derive(tokens)).expect("the expansion is a list of items");
    prettyplease::unparse(&file)
}

fn expands_to(model: &str, expected: Expect) {
    expected.assert_eq(&expansion(model));
}

/// The lines of the expansion from the first that contains `from` to the next that contains `to`.
fn expands_in_part_to(model: &str, from: &str, to: &str, expected: Expect) {
    let code = expansion(model);
    let lines: Vec<&str> = code.lines().skip_while(|line| !line.contains(from)).collect();
    let end = lines.iter().position(|line| line.contains(to)).expect("the part ends");
    let indent = lines[0].len() - lines[0].trim_start().len();
    expected.assert_eq(&lines[..=end].iter().map(|line| format!("{}\n", &line[indent..])).collect::<String>());
}

const EMPLOYEE: &str = r#"
    #[model(table = "employees")]
    pub struct Employee {
        #[primary_key]
        pub id: Auto<i32>,
        #[column(length = 100)]
        pub firstname: String,
        #[column(length = 100)]
        pub lastname: String,
        #[column(default = true)]
        pub active: bool,
        #[belongs_to]
        pub department: Option<BelongsTo<Department>>,
        #[has_one]
        pub contact_details: HasOne<ContactDetails>,
        #[many_to_many(through = "projects_employees")]
        pub projects: ManyToMany<Project>,
    }
"#;

#[test]
fn an_employee_expands_to_data_and_thin_accessors() {
    expands_to(
        EMPLOYEE,
        expect![[r#"
            /// The relationships of a [`Employee`], as methods that load what is not there.
            #[derive(Clone, Copy, Debug)]
            pub struct EmployeeRelations<'s>(::orm_core::support::Located<'s, Employee>);
            const _: () = {
                use ::orm_core::support::{self as __orm, kind as __kind, schema as __schema};
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl __orm::Record for Employee {
                    type Key = i32;
                    fn table() -> &'static __schema::Table {
                        static TABLE: __schema::Table = __schema::Table {
                            model: "Employee",
                            name: "employees",
                            type_id: __orm::type_id::<Employee>,
                            columns: &[
                                __orm::column("id", 0, <Auto<i32> as __orm::Stored>::COLUMN)
                                    .auto_increment(),
                                __orm::column("firstname", 1, <String as __orm::Stored>::COLUMN)
                                    .length(100),
                                __orm::column("lastname", 2, <String as __orm::Stored>::COLUMN)
                                    .length(100),
                                __orm::column("active", 3, <bool as __orm::Stored>::COLUMN)
                                    .default(__schema::Literal::Bool(true)),
                                __orm::key_of::<Department>("department", 4, 0, true)
                                    .named("department_id"),
                            ],
                            primary_key: &[0],
                            relationships: &[
                                __schema::Relationship::new(
                                    "department",
                                    4,
                                    <Department as __orm::Record>::table,
                                    __schema::RelationshipKind::BelongsTo(
                                        __schema::Reference::new(&[4], true),
                                    ),
                                ),
                                __schema::Relationship::new(
                                    "contact_details",
                                    5,
                                    <ContactDetails as __orm::Record>::table,
                                    __schema::RelationshipKind::HasOne(
                                        __schema::Inverse::of(CONTACT_DETAILS_INVERSE.place()),
                                    ),
                                ),
                                __schema::Relationship::new(
                                    "projects",
                                    6,
                                    <Project as __orm::Record>::table,
                                    __schema::RelationshipKind::ManyToMany(__schema::Through {
                                        table: projects_association,
                                        from: 0,
                                        to: 1,
                                    }),
                                ),
                            ],
                            fields: 7,
                            indexes: &[],
                            version: ::core::option::Option::None,
                            options: __schema::TableOptions::NONE,
                            new_store: __orm::new_store::<Employee>,
                        };
                        &TABLE
                    }
                    fn read(
                        row: &mut __orm::RowReader<'_>,
                    ) -> ::core::result::Result<Self, __orm::Unreadable> {
                        ::core::result::Result::Ok(Self {
                            id: row.field(<Auto<i32> as __orm::Field>::read)?,
                            firstname: row.field(<String as __orm::Field>::read)?,
                            lastname: row.field(<String as __orm::Field>::read)?,
                            active: row.field(<bool as __orm::Field>::read)?,
                            department: row
                                .field(<Option<BelongsTo<Department>> as __orm::Field>::read)?,
                            contact_details: ::core::default::Default::default(),
                            projects: ::core::default::Default::default(),
                        })
                    }
                    fn field(&self, position: usize) -> &dyn __orm::Field {
                        match (position, self) {
                            (0, Self { id: field, .. }) => field,
                            (1, Self { firstname: field, .. }) => field,
                            (2, Self { lastname: field, .. }) => field,
                            (3, Self { active: field, .. }) => field,
                            (4, Self { department: field, .. }) => field,
                            (5, Self { contact_details: field, .. }) => field,
                            (6, Self { projects: field, .. }) => field,
                            _ => __orm::no_field(position),
                        }
                    }
                }
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl __orm::Model for Employee {
                    type Relations<'s> = EmployeeRelations<'s>;
                }
                fn projects_association() -> &'static __schema::Table {
                    static TABLE: __schema::Table = __schema::Table {
                        model: "projects_employees",
                        name: "projects_employees",
                        columns: &[
                            __orm::key_of::<Employee>("employee_id", 0, 0, false),
                            __orm::key_of::<Project>("project_id", 1, 0, false),
                        ],
                        primary_key: &[0, 1],
                        relationships: &[
                            __orm::association_end::<Employee>("employee_id", 0, &[0]),
                            __orm::association_end::<Project>("project_id", 1, &[1]),
                        ],
                        fields: 2,
                        ..__schema::Table::ASSOCIATION
                    };
                    &TABLE
                }
                impl<'s> ::core::convert::From<__orm::Located<'s, Employee>>
                for EmployeeRelations<'s> {
                    #[inline]
                    fn from(located: __orm::Located<'s, Employee>) -> Self {
                        Self(located)
                    }
                }
                impl<'s> ::core::convert::From<EmployeeRelations<'s>>
                for __orm::Located<'s, Employee> {
                    fn from(relations: EmployeeRelations<'s>) -> Self {
                        relations.0
                    }
                }
                #[automatically_derived]
                impl<'s> ::core::ops::Deref for EmployeeRelations<'s> {
                    type Target = Employee;
                    #[inline]
                    fn deref(&self) -> &Employee {
                        self.0.object()
                    }
                }
                #[allow(dead_code, reason = "a program need not use all of them")]
                impl<'s> EmployeeRelations<'s> {
                    /// Its `department`, loaded where it is not there yet.
                    #[inline]
                    #[track_caller]
                    pub fn department(
                        &self,
                    ) -> __orm::Result<::core::option::Option<__orm::View<'s, Department>>> {
                        self.0.optional(Employee::department)
                    }
                    /// Its `contact_details`, loaded where it is not there yet.
                    #[inline]
                    #[track_caller]
                    pub fn contact_details(
                        &self,
                    ) -> __orm::Result<::core::option::Option<__orm::View<'s, ContactDetails>>> {
                        self.0.optional(Employee::contact_details)
                    }
                    /// Its `projects`, loaded where it is not there yet.
                    #[inline]
                    #[track_caller]
                    pub fn projects(
                        &self,
                    ) -> __orm::Result<::std::vec::Vec<__orm::View<'s, Project>>> {
                        self.0.many(Employee::projects)
                    }
                }
                #[allow(dead_code, non_upper_case_globals, reason = "named like fields")]
                impl Employee {
                    /// The column of `id`.
                    pub const id: __orm::Column<Self, Auto<i32>> = __orm::Column::new(0);
                    /// The column of `firstname`.
                    pub const firstname: __orm::Column<Self, String> = __orm::Column::new(1);
                    /// The column of `lastname`.
                    pub const lastname: __orm::Column<Self, String> = __orm::Column::new(2);
                    /// The column of `active`.
                    pub const active: __orm::Column<Self, bool> = __orm::Column::new(3);
                    /// The relationship `department`.
                    pub const department: __orm::Relation<
                        Self,
                        Department,
                        __kind::BelongsTo<__kind::Optional>,
                    > = __orm::Relation::belongs_to(0);
                    /// The relationship `contact_details`.
                    pub const contact_details: __orm::Relation<
                        Self,
                        ContactDetails,
                        __kind::HasOne,
                    > = __orm::Relation::has_one(1, &CONTACT_DETAILS_INVERSE);
                    /// The relationship `projects`.
                    pub const projects: __orm::Relation<Self, Project, __kind::ManyToMany> = __orm::Relation::many_to_many(
                        2,
                        "projects_employees",
                        &["employee_id"],
                        &["project_id"],
                    );
                }
                #[diagnostic::do_not_recommend]
                impl __orm::SoleBelongsTo<Department> for Employee {
                    const RELATION: __orm::Relation<Self, Department, __kind::BelongsTo> = __orm::foreign_key(
                        Self::department,
                    );
                }
                #[diagnostic::do_not_recommend]
                impl __orm::SoleManyToMany<Project> for Employee {
                    const RELATION: __orm::Relation<Self, Project, __kind::ManyToMany> = Self::projects;
                }
                const CONTACT_DETAILS_INVERSE: __orm::Relation<
                    ContactDetails,
                    Employee,
                    __kind::BelongsTo,
                > = <ContactDetails as __orm::SoleBelongsTo<Employee>>::RELATION;
                const PROJECTS_INVERSE: __orm::Relation<Project, Employee, __kind::ManyToMany> = <Project as __orm::SoleManyToMany<
                    Employee,
                >>::RELATION;
                #[automatically_derived]
                impl ::core::default::Default for Employee {
                    #[inline]
                    fn default() -> Self {
                        Self {
                            id: ::core::default::Default::default(),
                            firstname: ::core::default::Default::default(),
                            lastname: ::core::default::Default::default(),
                            active: true,
                            department: ::core::default::Default::default(),
                            contact_details: ::core::default::Default::default(),
                            projects: ::core::default::Default::default(),
                        }
                    }
                }
                #[automatically_derived]
                impl ::core::convert::From<Employee>
                for ::core::option::Option<__orm::BelongsTo<Employee>> {
                    #[inline]
                    fn from(object: Employee) -> Self {
                        ::core::option::Option::Some(object.into())
                    }
                }
                const _: () = ::core::assert!(
                    << Department as __orm::Record > ::Key as __orm::Key > ::PARTS == 1,
                    "the primary key of `Department` is not of one column: name one for each of its columns, `#[belongs_to(columns(\"…\", \"…\"))]`"
                );
                const _: () = ::core::assert!(
                    CONTACT_DETAILS_INVERSE.is_unique(),
                    "`Employee::contact_details` may have many: the foreign key in `ContactDetails` is not unique. Write `#[belongs_to(unique)]` in `ContactDetails`, or `#[has_many]` and `HasMany<ContactDetails>` here"
                );
                const _: () = ::core::assert!(
                    << Project as __orm::Record > ::Key as __orm::Key > ::PARTS == 1,
                    "the primary key of `Project` is not of one column: name one for each of its columns, `to(\"…\", \"…\")`"
                );
                const _: () = ::core::assert!(
                    __orm::same_association(& Employee::projects, & PROJECTS_INVERSE),
                    "`Employee::projects` and its other side in `Project` go different ways: write the same `through` at both, and what is `from` here as `to` there"
                );
            };
        "#]],
    );
}

#[test]
fn an_employee_expands_to_less_than_250_lines() {
    let lines = expansion(EMPLOYEE).lines().count();
    assert!(lines < 250, "{lines} lines");
}

#[test]
fn a_model_without_options_has_its_own_name_in_snake_case_as_table() {
    expands_in_part_to(
        "struct OrderLine { #[primary_key] id: Auto<i64> }",
        "static TABLE",
        "&TABLE",
        expect![[r#"
            static TABLE: __schema::Table = __schema::Table {
                model: "OrderLine",
                name: "order_line",
                type_id: __orm::type_id::<OrderLine>,
                columns: &[
                    __orm::column("id", 0, <Auto<i64> as __orm::Stored>::COLUMN)
                        .auto_increment(),
                ],
                primary_key: &[0],
                relationships: &[],
                fields: 1,
                indexes: &[],
                version: ::core::option::Option::None,
                options: __schema::TableOptions::NONE,
                new_store: __orm::new_store::<OrderLine>,
            };
            &TABLE
        "#]],
    );
}

#[test]
fn a_key_of_several_fields_is_a_tuple() {
    let order_line = r#"
        struct OrderLine {
            #[primary_key]
            #[belongs_to]
            order: BelongsTo<Order>,
            #[primary_key]
            number: i32,
        }
    "#;
    expands_in_part_to(
        order_line,
        "static TABLE",
        "&TABLE",
        expect![[r#"
            static TABLE: __schema::Table = __schema::Table {
                model: "OrderLine",
                name: "order_line",
                type_id: __orm::type_id::<OrderLine>,
                columns: &[
                    __orm::key_of::<Order>("order", 0, 0, false).named("order_id"),
                    __orm::column("number", 1, <i32 as __orm::Stored>::COLUMN),
                ],
                primary_key: &[0, 1],
                relationships: &[
                    __schema::Relationship::new(
                        "order",
                        0,
                        <Order as __orm::Record>::table,
                        __schema::RelationshipKind::BelongsTo(
                            __schema::Reference::new(&[0], false),
                        ),
                    ),
                ],
                fields: 2,
                indexes: &[],
                version: ::core::option::Option::None,
                options: __schema::TableOptions::NONE,
                new_store: __orm::new_store::<OrderLine>,
            };
            &TABLE
        "#]],
    );
}

#[test]
fn a_foreign_key_of_several_columns_has_a_part_in_each() {
    let delivery = r#"
        struct Delivery {
            #[primary_key]
            id: Auto<i32>,
            #[belongs_to(columns("order_id", "line_number"), on_delete = "cascade", unique)]
            line: BelongsTo<OrderLine>,
        }
    "#;
    expands_in_part_to(
        delivery,
        "static TABLE",
        "&TABLE",
        expect![[r#"
            static TABLE: __schema::Table = __schema::Table {
                model: "Delivery",
                name: "delivery",
                type_id: __orm::type_id::<Delivery>,
                columns: &[
                    __orm::column("id", 0, <Auto<i32> as __orm::Stored>::COLUMN)
                        .auto_increment(),
                    __orm::key_of::<OrderLine>("line", 1, 0, false).named("order_id"),
                    __orm::key_of::<OrderLine>("line", 1, 1, false).named("line_number"),
                ],
                primary_key: &[0],
                relationships: &[
                    __schema::Relationship::new(
                        "line",
                        1,
                        <OrderLine as __orm::Record>::table,
                        __schema::RelationshipKind::BelongsTo(
                            __schema::Reference::new(&[1, 2], false)
                                .unique()
                                .on_delete(__schema::Action::Cascade),
                        ),
                    ),
                ],
                fields: 2,
                indexes: &[],
                version: ::core::option::Option::None,
                options: __schema::TableOptions::NONE,
                new_store: __orm::new_store::<Delivery>,
            };
            &TABLE
        "#]],
    );
}

#[test]
fn a_model_that_refers_to_itself_names_the_other_side() {
    let employee = r#"
        struct Employee {
            #[primary_key]
            id: Auto<i32>,
            #[belongs_to]
            manager: Option<BelongsTo<Employee>>,
            #[belongs_to]
            mentor: Option<BelongsTo<Employee>>,
            #[has_many(inverse = manager)]
            reports: HasMany<Employee>,
        }
    "#;
    expands_in_part_to(
        employee,
        "static TABLE",
        "&TABLE",
        expect![[r#"
            static TABLE: __schema::Table = __schema::Table {
                model: "Employee",
                name: "employee",
                type_id: __orm::type_id::<Employee>,
                columns: &[
                    __orm::column("id", 0, <Auto<i32> as __orm::Stored>::COLUMN)
                        .auto_increment(),
                    __orm::key_of::<Employee>("manager", 1, 0, true).named("manager_id"),
                    __orm::key_of::<Employee>("mentor", 2, 0, true).named("mentor_id"),
                ],
                primary_key: &[0],
                relationships: &[
                    __schema::Relationship::new(
                        "manager",
                        1,
                        <Employee as __orm::Record>::table,
                        __schema::RelationshipKind::BelongsTo(
                            __schema::Reference::new(&[1], true),
                        ),
                    ),
                    __schema::Relationship::new(
                        "mentor",
                        2,
                        <Employee as __orm::Record>::table,
                        __schema::RelationshipKind::BelongsTo(
                            __schema::Reference::new(&[2], true),
                        ),
                    ),
                    __schema::Relationship::new(
                        "reports",
                        3,
                        <Employee as __orm::Record>::table,
                        __schema::RelationshipKind::HasMany(
                            __schema::Inverse::of(REPORTS_INVERSE.place()),
                        ),
                    ),
                ],
                fields: 4,
                indexes: &[],
                version: ::core::option::Option::None,
                options: __schema::TableOptions::NONE,
                new_store: __orm::new_store::<Employee>,
            };
            &TABLE
        "#]],
    );
}

#[test]
fn a_relationship_through_a_model_has_no_association_table_of_its_own() {
    let user = r#"
        struct User {
            #[primary_key]
            id: Auto<i32>,
            #[many_to_many(through = Follow, from = follower, to = followee, inverse = followers)]
            followees: ManyToMany<User>,
            #[many_to_many(through = Follow, from = followee, to = follower, inverse = followees)]
            followers: ManyToMany<User>,
            #[many_to_many(through = club::Membership)]
            clubs: ManyToMany<Club>,
        }
    "#;
    expands_in_part_to(
        user,
        "static TABLE",
        "&TABLE",
        expect![[r#"
            static TABLE: __schema::Table = __schema::Table {
                model: "User",
                name: "user",
                type_id: __orm::type_id::<User>,
                columns: &[
                    __orm::column("id", 0, <Auto<i32> as __orm::Stored>::COLUMN)
                        .auto_increment(),
                ],
                primary_key: &[0],
                relationships: &[
                    __schema::Relationship::new(
                        "followees",
                        1,
                        <User as __orm::Record>::table,
                        __schema::RelationshipKind::ManyToMany(__schema::Through {
                            table: <Follow as __orm::Record>::table,
                            from: FOLLOWEES_FROM.place(),
                            to: FOLLOWEES_TO.place(),
                        }),
                    ),
                    __schema::Relationship::new(
                        "followers",
                        2,
                        <User as __orm::Record>::table,
                        __schema::RelationshipKind::ManyToMany(__schema::Through {
                            table: <Follow as __orm::Record>::table,
                            from: FOLLOWERS_FROM.place(),
                            to: FOLLOWERS_TO.place(),
                        }),
                    ),
                    __schema::Relationship::new(
                        "clubs",
                        3,
                        <Club as __orm::Record>::table,
                        __schema::RelationshipKind::ManyToMany(__schema::Through {
                            table: <club::Membership as __orm::Record>::table,
                            from: CLUBS_FROM.place(),
                            to: CLUBS_TO.place(),
                        }),
                    ),
                ],
                fields: 4,
                indexes: &[],
                version: ::core::option::Option::None,
                options: __schema::TableOptions::NONE,
                new_store: __orm::new_store::<User>,
            };
            &TABLE
        "#]],
    );
}

#[test]
fn every_option_of_a_table_and_of_columns_is_written_down() {
    let article = r#"
        #[model(unique(site, slug), index(slug, published), engine = "InnoDB", comment = "texts", no_default)]
        struct Article {
            #[primary_key]
            #[column(length = 12, collation = "ascii_bin")]
            r#type: String,
            #[belongs_to(index = false)]
            site: BelongsTo<Site>,
            #[column(length = 80, name = "short", comment = "in the address")]
            slug: Option<String>,
            #[column(server_default = "NOW()")]
            published: Auto<NaiveDateTime>,
            #[column(precision = 10, scale = 2, default = -1.5, check = "price > -2", index)]
            price: f64,
            #[column(sql_type = "MEDIUMTEXT", unique)]
            text: String,
        }
    "#;
    expands_in_part_to(
        article,
        "static TABLE",
        "&TABLE",
        expect![[r#"
            static TABLE: __schema::Table = __schema::Table {
                model: "Article",
                name: "article",
                type_id: __orm::type_id::<Article>,
                columns: &[
                    __orm::column("type", 0, <String as __orm::Stored>::COLUMN)
                        .length(12)
                        .collation("ascii_bin"),
                    __orm::key_of::<Site>("site", 1, 0, false).named("site_id"),
                    __orm::column("slug", 2, <Option<String> as __orm::Stored>::COLUMN)
                        .named("short")
                        .length(80)
                        .comment("in the address"),
                    __orm::column(
                            "published",
                            3,
                            <Auto<NaiveDateTime> as __orm::Stored>::COLUMN,
                        )
                        .server_default("NOW()"),
                    __orm::column("price", 4, <f64 as __orm::Stored>::COLUMN)
                        .typed(__orm::SqlType::Decimal(10, 2))
                        .default(__schema::Literal::Float(-1.5))
                        .index()
                        .check("price > -2"),
                    __orm::column("text", 5, <String as __orm::Stored>::COLUMN)
                        .typed(__orm::SqlType::Raw("MEDIUMTEXT"))
                        .unique(),
                ],
                primary_key: &[0],
                relationships: &[
                    __schema::Relationship::new(
                        "site",
                        1,
                        <Site as __orm::Record>::table,
                        __schema::RelationshipKind::BelongsTo(
                            __schema::Reference::new(&[1], false).without_index(),
                        ),
                    ),
                ],
                fields: 6,
                indexes: &[
                    __schema::Index {
                        columns: &[1, 2],
                        unique: true,
                    },
                    __schema::Index {
                        columns: &[2, 3],
                        unique: false,
                    },
                ],
                version: ::core::option::Option::None,
                options: __schema::TableOptions {
                    engine: ::core::option::Option::Some("InnoDB"),
                    comment: ::core::option::Option::Some("texts"),
                    ..__schema::TableOptions::NONE
                },
                new_store: __orm::new_store::<Article>,
            };
            &TABLE
        "#]],
    );
}

#[test]
fn a_declared_default_is_a_value_of_the_field() {
    let ticket = r#"
        struct Ticket {
            #[primary_key]
            id: Auto<i32>,
            #[column(default = "open", length = 10)]
            state: String,
            #[column(default = -5)]
            priority: Option<i32>,
        }
    "#;
    expands_in_part_to(
        ticket,
        "fn default",
        "}",
        expect![[r#"
            fn default() -> Self {
                Self {
                    id: ::core::default::Default::default(),
                    state: __orm::FromText::from_text("open"),
                    priority: ::core::option::Option::Some(-5),
                }
        "#]],
    );
}

#[test]
fn a_version_knows_its_column_and_who_makes_the_next() {
    let product = r#"
        struct Product {
            #[primary_key]
            id: Auto<i32>,
            #[version]
            revision: u32,
        }
    "#;
    expands_in_part_to(
        product,
        "version:",
        ",",
        expect![[r#"
        version: ::core::option::Option::Some(__orm::version::<u32>(1)),
    "#]],
    );
    let page = r#"
        struct Page {
            #[primary_key]
            id: Auto<i32>,
            #[version]
            #[column(server_default = "NOW(6)", on_update = "NOW(6)")]
            changed: Auto<NaiveDateTime>,
        }
    "#;
    expands_in_part_to(
        page,
        "columns:",
        "version:",
        expect![[r#"
            columns: &[
                __orm::column("id", 0, <Auto<i32> as __orm::Stored>::COLUMN)
                    .auto_increment(),
                __orm::column(
                        "changed",
                        1,
                        <Auto<NaiveDateTime> as __orm::Stored>::COLUMN,
                    )
                    .server_default("NOW(6)")
                    .on_update("NOW(6)"),
            ],
            primary_key: &[0],
            relationships: &[],
            fields: 2,
            indexes: &[],
            version: ::core::option::Option::Some(__orm::version_of_database(1)),
        "#]],
    );
}

#[test]
fn what_the_database_makes_is_written_down() {
    let line = r#"
        struct OrderLine {
            #[primary_key]
            id: Auto<i32>,
            pieces: i32,
            #[column(computed = "pieces * 2")]
            doubled: Auto<i32>,
            #[column(computed = "pieces * 3", stored, index)]
            tripled: Auto<i32>,
            #[column(on_update = "NOW(6)")]
            changed: NaiveDateTime,
            #[column(length = 20, trigger)]
            slug: String,
        }
    "#;
    expands_in_part_to(
        line,
        "columns:",
        "],",
        expect![[r#"
            columns: &[
                __orm::column("id", 0, <Auto<i32> as __orm::Stored>::COLUMN)
                    .auto_increment(),
                __orm::column("pieces", 1, <i32 as __orm::Stored>::COLUMN),
                __orm::column("doubled", 2, <Auto<i32> as __orm::Stored>::COLUMN)
                    .computed("pieces * 2", __schema::Storage::Virtual),
                __orm::column("tripled", 3, <Auto<i32> as __orm::Stored>::COLUMN)
                    .computed("pieces * 3", __schema::Storage::Stored)
                    .index(),
                __orm::column("changed", 4, <NaiveDateTime as __orm::Stored>::COLUMN)
                    .on_update("NOW(6)"),
                __orm::column("slug", 5, <String as __orm::Stored>::COLUMN)
                    .length(20)
                    .by_trigger(),
            ],
        "#]],
    );
}

#[test]
fn the_order_of_members_is_written_down() {
    let department = r#"
        struct Department {
            #[primary_key]
            id: Auto<i32>,
            #[has_many(order_by = lastname)]
            employees: HasMany<Employee>,
            #[many_to_many(through = "t", order_by(desc(address.city), asc(name), desc))]
            friends: ManyToMany<Friend>,
        }
    "#;
    expands_in_part_to(
        department,
        "relationships:",
        "fields:",
        expect![[r#"
            relationships: &[
                __schema::Relationship::new(
                        "employees",
                        1,
                        <Employee as __orm::Record>::table,
                        __schema::RelationshipKind::HasMany(
                            __schema::Inverse::of(EMPLOYEES_INVERSE.place()),
                        ),
                    )
                    .ordered(
                        &[
                            const {
                                let column: __orm::Column<_, _> = <Employee>::lastname;
                                __orm::ascending(column)
                            },
                        ],
                    ),
                __schema::Relationship::new(
                        "friends",
                        2,
                        <Friend as __orm::Record>::table,
                        __schema::RelationshipKind::ManyToMany(__schema::Through {
                            table: friends_association,
                            from: 0,
                            to: 1,
                        }),
                    )
                    .ordered(
                        &[
                            const {
                                let column: __orm::Column<_, _> = <Friend>::address.city;
                                __orm::descending(column)
                            },
                            const {
                                let column: __orm::Column<_, _> = <Friend>::name;
                                __orm::ascending(column)
                            },
                            const {
                                let column: __orm::Column<_, _> = <Friend>::desc;
                                __orm::ascending(column)
                            },
                        ],
                    ),
            ],
            fields: 3,
        "#]],
    );
}

#[test]
fn the_fate_of_members_is_written_down() {
    let article = r#"
        struct Article {
            #[primary_key]
            id: Auto<i32>,
            #[has_many]
            a: HasMany<A>,
            #[has_many(cascade)]
            b: HasMany<B>,
            #[has_one(cascade, delete_orphan)]
            c: HasOne<C>,
            #[has_many(cascade, passive_deletes)]
            d: HasMany<D>,
            #[has_one(restrict)]
            e: HasOne<E>,
        }
    "#;
    expands_in_part_to(
        article,
        "relationships:",
        "fields:",
        expect![[r#"
            relationships: &[
                __schema::Relationship::new(
                    "a",
                    1,
                    <A as __orm::Record>::table,
                    __schema::RelationshipKind::HasMany(
                        __schema::Inverse::of(A_INVERSE.place()),
                    ),
                ),
                __schema::Relationship::new(
                    "b",
                    2,
                    <B as __orm::Record>::table,
                    __schema::RelationshipKind::HasMany(
                        __schema::Inverse::of(B_INVERSE.place())
                            .members(__schema::Members::Deleted),
                    ),
                ),
                __schema::Relationship::new(
                    "c",
                    3,
                    <C as __orm::Record>::table,
                    __schema::RelationshipKind::HasOne(
                        __schema::Inverse::of(C_INVERSE.place())
                            .members(__schema::Members::DeletedAsOrphans),
                    ),
                ),
                __schema::Relationship::new(
                    "d",
                    4,
                    <D as __orm::Record>::table,
                    __schema::RelationshipKind::HasMany(
                        __schema::Inverse::of(D_INVERSE.place())
                            .members(__schema::Members::DeletedByTheDatabase),
                    ),
                ),
                __schema::Relationship::new(
                    "e",
                    5,
                    <E as __orm::Record>::table,
                    __schema::RelationshipKind::HasOne(
                        __schema::Inverse::of(E_INVERSE.place())
                            .members(__schema::Members::Restrict),
                    ),
                ),
            ],
            fields: 6,
        "#]],
    );
    expands_in_part_to(
        article,
        "D_INVERSE.cascades",
        "Article::d",
        expect![[r#"
        D_INVERSE.cascades_on_delete(),
        "`Article::d` leaves the deletion to the database, which does not do it: write `#[belongs_to(on_delete = \"cascade\")]` in `D`"
    "#]],
    );
}

#[test]
fn a_model_with_hooks_is_kept_with_them() {
    expands_in_part_to(
        "#[model(hooks)] struct Tag { #[primary_key] id: i32 }",
        "new_store:",
        ",",
        expect![[r#"
            new_store: <Tag as __orm::Hooks>::new_store,
        "#]],
    );
}

/// A model with a mistake is still there for the others: only the mistake is told.
#[test]
fn a_model_with_a_mistake_keeps_what_others_name() {
    expands_to(
        "struct Tag { #[primary_key] id: i32, #[has_many] posts: Vec<Post> }",
        expect![[r#"
            /// The relationships of a [`Tag`], as methods that load what is not there.
            #[derive(Clone, Copy, Debug)]
            struct TagRelations<'s>(::orm_core::support::Located<'s, Tag>);
            const _: () = {
                use ::orm_core::support::{self as __orm, kind as __kind, schema as __schema};
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl __orm::Record for Tag {
                    type Key = i32;
                    fn table() -> &'static __schema::Table {
                        __orm::no_field(0)
                    }
                    fn read(
                        row: &mut __orm::RowReader<'_>,
                    ) -> ::core::result::Result<Self, __orm::Unreadable> {
                        {
                            let _ = row;
                            __orm::no_field(0)
                        }
                    }
                    fn field(&self, position: usize) -> &dyn __orm::Field {
                        __orm::no_field(position)
                    }
                }
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl __orm::Model for Tag {
                    type Relations<'s> = TagRelations<'s>;
                }
                impl<'s> ::core::convert::From<__orm::Located<'s, Tag>> for TagRelations<'s> {
                    #[inline]
                    fn from(located: __orm::Located<'s, Tag>) -> Self {
                        Self(located)
                    }
                }
                impl<'s> ::core::convert::From<TagRelations<'s>> for __orm::Located<'s, Tag> {
                    fn from(relations: TagRelations<'s>) -> Self {
                        relations.0
                    }
                }
                #[automatically_derived]
                impl<'s> ::core::ops::Deref for TagRelations<'s> {
                    type Target = Tag;
                    #[inline]
                    fn deref(&self) -> &Tag {
                        self.0.object()
                    }
                }
                #[allow(dead_code, reason = "a program need not use all of them")]
                impl<'s> TagRelations<'s> {
                    /// Its `posts`, loaded where it is not there yet.
                    #[inline]
                    #[track_caller]
                    fn posts(&self) -> __orm::Result<::std::vec::Vec<__orm::View<'s, Post>>> {
                        self.0.many(Tag::posts)
                    }
                }
                #[allow(dead_code, non_upper_case_globals, reason = "named like fields")]
                impl Tag {
                    /// The column of `id`.
                    const id: __orm::Column<Self, i32> = __orm::Column::new(0);
                    /// The relationship `posts`.
                    const posts: __orm::Relation<Self, Post, __kind::HasMany> = ::core::compile_error! {
                        "`#[has_many]` is not for this type: write `HasMany<Post>`"
                    };
                }
                #[automatically_derived]
                impl ::core::default::Default for Tag {
                    #[inline]
                    fn default() -> Self {
                        __orm::no_field(0)
                    }
                }
                #[automatically_derived]
                impl ::core::convert::From<Tag> for ::core::option::Option<__orm::BelongsTo<Tag>> {
                    #[inline]
                    fn from(object: Tag) -> Self {
                        ::core::option::Option::Some(object.into())
                    }
                }
            };
            ::core::compile_error! {
                "`#[has_many]` is not for this type: write `HasMany<Post>`"
            }
        "#]],
    );
}

#[test]
fn an_address_expands_to_data_and_columns() {
    let address = r#"
        pub struct Address {
            #[embed]
            place: Option<Point>,
            #[column(length = 100, default = "-")]
            pub street: String,
            pub city: Option<String>,
        }
    "#;
    expect![[r#"
        /// The columns of [`Address`] in the table of the model `__M`, under the names of their fields.
        #[allow(dead_code, reason = "a program need not use all of them")]
        pub struct AddressColumns<
            __M,
            __P: ::orm_core::support::Presence = ::orm_core::support::Required,
        > {
            /// The column of `street`.
            pub street: ::orm_core::support::Column<__M, __P::Column<String>>,
            /// The column of `city`.
            pub city: ::orm_core::support::Column<__M, __P::Column<Option<String>>>,
            /// The columns of `place`.
            pub place: <Point as ::orm_core::support::Embedded>::Columns<
                __M,
                ::orm_core::support::Optional,
            >,
        }
        const _: () = {
            use ::orm_core::support::{self as __orm, schema as __schema};
            const PLACE_COLUMNS: <Point as __orm::Embedded>::Columns<(), __orm::Optional> = __orm::EmbeddedColumns::FIRST;
            #[automatically_derived]
            impl __orm::Field for Address {
                fn read(
                    row: &mut __orm::RowReader<'_>,
                ) -> ::core::result::Result<Self, __orm::ConversionError> {
                    ::core::result::Result::Ok(Self {
                        street: row.part(<String as __orm::Field>::read)?,
                        city: row.part(<Option<String> as __orm::Field>::read)?,
                        place: __orm::read_part(row, PLACE_COLUMNS)?,
                    })
                }
                fn write(&self, cells: &mut ::std::vec::Vec<__orm::Cell>) {
                    __orm::Field::write(&self.street, cells);
                    __orm::Field::write(&self.city, cells);
                    __orm::field(&self.place, PLACE_COLUMNS).write(cells);
                }
            }
            #[automatically_derived]
            impl __orm::NotNull for Address {
                const WIDTH: usize = VALUE.width();
            }
            #[automatically_derived]
            impl __orm::Embedded for Address {
                type Columns<__M, __P: __orm::Presence> = AddressColumns<__M, __P>;
            }
            #[automatically_derived]
            impl<__M, __P: __orm::Presence> __orm::EmbeddedColumns for AddressColumns<__M, __P> {
                type Value = __P::Value<Address>;
                const VALUE: &'static __schema::ValueObject = &VALUE;
                const FIRST: Self = Self::new(0);
            }
            static VALUE: __schema::ValueObject = __schema::ValueObject {
                columns: &[
                    __orm::column("street", 0, <String as __orm::Stored>::COLUMN)
                        .length(100)
                        .default(__schema::Literal::Text("-")),
                    __orm::column("city", 1, <Option<String> as __orm::Stored>::COLUMN),
                ],
                embedded: &[
                    __schema::Embedding::optional(
                        "place",
                        "place_",
                        __orm::value_object(PLACE_COLUMNS),
                    ),
                ],
            };
            impl<__M, __P: __orm::Presence> AddressColumns<__M, __P> {
                const fn new(first: usize) -> Self {
                    Self {
                        street: __orm::Column::new(first + 0),
                        city: __orm::Column::new(first + 1),
                        place: PLACE_COLUMNS.at(first + 2),
                    }
                }
                #[doc(hidden)]
                pub const fn at<__N, __Q: __orm::Presence>(
                    self,
                    first: usize,
                ) -> AddressColumns<__N, __Q> {
                    AddressColumns::new(first)
                }
            }
            #[automatically_derived]
            impl<__M, __P: __orm::Presence> ::core::clone::Clone for AddressColumns<__M, __P> {
                fn clone(&self) -> Self {
                    *self
                }
            }
            #[automatically_derived]
            impl<__M, __P: __orm::Presence> ::core::marker::Copy for AddressColumns<__M, __P> {}
            #[automatically_derived]
            impl<__M, __P: __orm::Presence> ::core::fmt::Debug for AddressColumns<__M, __P> {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.write_str("AddressColumns")
                }
            }
            #[automatically_derived]
            impl ::core::default::Default for Address {
                #[inline]
                fn default() -> Self {
                    Self {
                        street: __orm::FromText::from_text("-"),
                        city: ::core::default::Default::default(),
                        place: __orm::default(PLACE_COLUMNS),
                    }
                }
            }
        };
    "#]].assert_eq(&formatted(derive_value, address));
}

#[test]
fn embedded_values_are_the_last_fields_and_columns() {
    let customer = r#"
        struct Customer {
            #[embed]
            address: Address,
            #[primary_key]
            id: Auto<i32>,
            #[embed(prefix = "bill_")]
            r#type: Option<shop::Address>,
            name: String,
        }
    "#;
    expands_in_part_to(
        customer,
        "fn table",
        "_ =>",
        expect![[r#"
            fn table() -> &'static __schema::Table {
                static OWN: __schema::Table = __schema::Table {
                    model: "Customer",
                    name: "customer",
                    type_id: __orm::type_id::<Customer>,
                    columns: &[
                        __orm::column("id", 0, <Auto<i32> as __orm::Stored>::COLUMN)
                            .auto_increment(),
                        __orm::column("name", 1, <String as __orm::Stored>::COLUMN),
                    ],
                    primary_key: &[0],
                    relationships: &[],
                    fields: 2,
                    indexes: &[],
                    version: ::core::option::Option::None,
                    options: __schema::TableOptions::NONE,
                    new_store: __orm::new_store::<Customer>,
                };
                static TABLE: ::std::sync::LazyLock<__schema::Table> = ::std::sync::LazyLock::new(||
                {
                    OWN
                        .with_embedded(
                            &[
                                __schema::Embedding::required(
                                    "address",
                                    "address_",
                                    __orm::value_object(ADDRESS_COLUMNS),
                                ),
                                __schema::Embedding::optional(
                                    "type",
                                    "bill_",
                                    __orm::value_object(TYPE_COLUMNS),
                                ),
                            ],
                        )
                });
                &TABLE
            }
            fn read(
                row: &mut __orm::RowReader<'_>,
            ) -> ::core::result::Result<Self, __orm::Unreadable> {
                ::core::result::Result::Ok(Self {
                    id: row.field(<Auto<i32> as __orm::Field>::read)?,
                    name: row.field(<String as __orm::Field>::read)?,
                    address: __orm::read_field(row, ADDRESS_COLUMNS)?,
                    r#type: __orm::read_field(row, TYPE_COLUMNS)?,
                })
            }
            fn field(&self, position: usize) -> &dyn __orm::Field {
                match (position, self) {
                    (0, Self { id: field, .. }) => field,
                    (1, Self { name: field, .. }) => field,
                    (2, Self { address: field, .. }) => __orm::field(field, ADDRESS_COLUMNS),
                    (3, Self { r#type: field, .. }) => __orm::field(field, TYPE_COLUMNS),
                    _ => __orm::no_field(position),
        "#]],
    );
    expands_in_part_to(
        customer,
        "impl Customer",
        "}",
        expect![[r#"
        impl Customer {
            /// The column of `id`.
            const id: __orm::Column<Self, Auto<i32>> = __orm::Column::new(0);
            /// The column of `name`.
            const name: __orm::Column<Self, String> = __orm::Column::new(1);
            /// The columns of `address`.
            const address: <Address as __orm::Embedded>::Columns<Self, __orm::Required> = ADDRESS_COLUMNS
                .at(2);
            /// The columns of `type`.
            const r#type: <shop::Address as __orm::Embedded>::Columns<
                Self,
                __orm::Optional,
            > = TYPE_COLUMNS.at(2 + __orm::width(ADDRESS_COLUMNS));
        }
    "#]],
    );
    expands_in_part_to(
        customer,
        "fn default",
        "}",
        expect![[r#"
            fn default() -> Self {
                Self {
                    id: ::core::default::Default::default(),
                    name: ::core::default::Default::default(),
                    address: __orm::default(ADDRESS_COLUMNS),
                    r#type: __orm::default(TYPE_COLUMNS),
                }
        "#]],
    );
}

/// An embedded value with a mistake is still there for the others: only the mistake is told.
#[test]
fn an_embedded_value_with_a_mistake_keeps_what_others_name() {
    expect![[r#"
        /// The columns of [`Tag`] in the table of the model `__M`, under the names of their fields.
        #[allow(dead_code, reason = "a program need not use all of them")]
        struct TagColumns<
            __M,
            __P: ::orm_core::support::Presence = ::orm_core::support::Required,
        > {
            /// The column of `id`.
            id: ::orm_core::support::Column<__M, __P::Column<i32>>,
        }
        const _: () = {
            use ::orm_core::support::{self as __orm, schema as __schema};
            #[automatically_derived]
            impl __orm::Field for Tag {
                fn read(
                    row: &mut __orm::RowReader<'_>,
                ) -> ::core::result::Result<Self, __orm::ConversionError> {
                    {
                        let _ = row;
                        __orm::no_field(0)
                    }
                }
                fn write(&self, cells: &mut ::std::vec::Vec<__orm::Cell>) {
                    let _ = cells;
                }
            }
            #[automatically_derived]
            impl __orm::NotNull for Tag {
                const WIDTH: usize = VALUE.width();
            }
            #[automatically_derived]
            impl __orm::Embedded for Tag {
                type Columns<__M, __P: __orm::Presence> = TagColumns<__M, __P>;
            }
            #[automatically_derived]
            impl<__M, __P: __orm::Presence> __orm::EmbeddedColumns for TagColumns<__M, __P> {
                type Value = __P::Value<Tag>;
                const VALUE: &'static __schema::ValueObject = &VALUE;
                const FIRST: Self = Self::new(0);
            }
            static VALUE: __schema::ValueObject = __schema::ValueObject {
                columns: &[],
                embedded: &[],
            };
            impl<__M, __P: __orm::Presence> TagColumns<__M, __P> {
                const fn new(first: usize) -> Self {
                    Self {
                        id: __orm::Column::new(first + 0),
                    }
                }
                #[doc(hidden)]
                const fn at<__N, __Q: __orm::Presence>(
                    self,
                    first: usize,
                ) -> TagColumns<__N, __Q> {
                    TagColumns::new(first)
                }
            }
            #[automatically_derived]
            impl<__M, __P: __orm::Presence> ::core::clone::Clone for TagColumns<__M, __P> {
                fn clone(&self) -> Self {
                    *self
                }
            }
            #[automatically_derived]
            impl<__M, __P: __orm::Presence> ::core::marker::Copy for TagColumns<__M, __P> {}
            #[automatically_derived]
            impl<__M, __P: __orm::Presence> ::core::fmt::Debug for TagColumns<__M, __P> {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.write_str("TagColumns")
                }
            }
            #[automatically_derived]
            impl ::core::default::Default for Tag {
                #[inline]
                fn default() -> Self {
                    __orm::no_field(0)
                }
            }
        };
        ::core::compile_error! {
            "`Tag` is embedded, so it has no relationships: move `posts` to the models that embed `Tag`, or make `Tag` a model"
        }
        ::core::compile_error! {
            "`Tag` is embedded, so it has no key of its own: remove `#[primary_key]`"
        }
    "#]]
        .assert_eq(&formatted(derive_value, "struct Tag { #[has_many] posts: HasMany<Post>, #[primary_key] id: i32 }"));
}

#[test]
fn a_row_expands_to_how_it_is_read_and_what_is_selected_for_it() {
    let headcount = r#"
        pub struct Headcount { pub department: String, #[row(name = "n")] pub employees: u64, pub r#type: Option<i32> }
    "#;
    expect![[r##"
        /// What a query selects for each column of a [`Headcount`], under the names of its fields.
        #[allow(dead_code, reason = "a program need not select it")]
        #[derive(Clone, Copy, Debug)]
        pub struct HeadcountColumns<T1, T2, T3> {
            /// For `department`.
            pub department: T1,
            /// For `employees`.
            pub employees: T2,
            /// For `type`.
            pub r#type: T3,
        }
        const _: () = {
            use ::orm_core::support as __orm;
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::Row for Headcount {
                const NAMES: ::core::option::Option<&'static [&'static str]> = ::core::option::Option::Some(
                    &["department", "n", "type"],
                );
                fn width() -> usize {
                    3
                }
                fn read(row: &mut __orm::ResultRow<'_>) -> __orm::Result<Self> {
                    ::core::result::Result::Ok(Self {
                        department: <String as __orm::Row>::read(row)?,
                        employees: <u64 as __orm::Row>::read(row)?,
                        r#type: <Option<i32> as __orm::Row>::read(row)?,
                    })
                }
            }
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl<
                T1: __orm::Selectable,
                T2: __orm::Selectable,
                T3: __orm::Selectable,
            > __orm::Selectable for HeadcountColumns<T1, T2, T3> {
                type Needs = (T1::Needs, (T2::Needs, (T3::Needs, ())));
                type Shape = __orm::Struct<
                    Headcount,
                    __orm::Part<
                        String,
                        T1::Shape,
                        __orm::Part<
                            u64,
                            T2::Shape,
                            __orm::Part<Option<i32>, T3::Shape, __orm::Nothing>,
                        >,
                    >,
                >;
                fn selected(self) -> __orm::Selected {
                    __orm::Selected::default()
                        .and(self.department.selected())
                        .and(self.employees.selected())
                        .and(self.r#type.selected())
                }
            }
            #[allow(dead_code, non_upper_case_globals, reason = "named like fields")]
            impl Headcount {
                /// The column of `department`.
                pub const department: __orm::Column<Self, String> = __orm::Column::new(0);
                /// The column of `employees`.
                pub const employees: __orm::Column<Self, u64> = __orm::Column::new(1);
                /// The column of `type`.
                pub const r#type: __orm::Column<Self, Option<i32>> = __orm::Column::new(2);
            }
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::Source for Headcount {
                type Model = Self;
                const ALIAS: ::core::option::Option<&'static str> = ::core::option::Option::None;
                fn source() -> &'static __orm::schema::Table {
                    static TABLE: __orm::schema::Table = __orm::schema::Table {
                        model: "Headcount",
                        name: "#headcount",
                        columns: &[
                            __orm::column("department", 0, <String as __orm::Stored>::COLUMN)
                                .named("department"),
                            __orm::column("employees", 1, <u64 as __orm::Stored>::COLUMN)
                                .named("n"),
                            __orm::column("type", 2, <Option<i32> as __orm::Stored>::COLUMN)
                                .named("type"),
                        ],
                        primary_key: &[],
                        fields: 3,
                        ..__orm::schema::Table::ASSOCIATION
                    };
                    &TABLE
                }
            }
        };
    "##]]
    .assert_eq(&formatted(derive_result_row, headcount));
}

#[test]
fn a_row_with_a_mistake_keeps_what_others_name() {
    expect![[r##"
        /// What a query selects for each column of a [`Headcount`], under the names of its fields.
        #[allow(dead_code, reason = "a program need not select it")]
        #[derive(Clone, Copy, Debug)]
        struct HeadcountColumns<T1> {
            /// For `id`.
            id: T1,
        }
        const _: () = {
            use ::orm_core::support as __orm;
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::Row for Headcount {
                const NAMES: ::core::option::Option<&'static [&'static str]> = ::core::option::Option::Some(
                    &["id"],
                );
                fn width() -> usize {
                    1
                }
                fn read(row: &mut __orm::ResultRow<'_>) -> __orm::Result<Self> {
                    {
                        let _ = row;
                        __orm::no_field(0)
                    }
                }
            }
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl<T1: __orm::Selectable> __orm::Selectable for HeadcountColumns<T1> {
                type Needs = (T1::Needs, ());
                type Shape = __orm::Struct<
                    Headcount,
                    __orm::Part<Auto<i32>, T1::Shape, __orm::Nothing>,
                >;
                fn selected(self) -> __orm::Selected {
                    __orm::Selected::default().and(self.id.selected())
                }
            }
            #[allow(dead_code, non_upper_case_globals, reason = "named like fields")]
            impl Headcount {
                /// The column of `id`.
                const id: __orm::Column<Self, Auto<i32>> = __orm::Column::new(0);
            }
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::Source for Headcount {
                type Model = Self;
                const ALIAS: ::core::option::Option<&'static str> = ::core::option::Option::None;
                fn source() -> &'static __orm::schema::Table {
                    static TABLE: __orm::schema::Table = __orm::schema::Table {
                        model: "Headcount",
                        name: "#headcount",
                        columns: &[
                            __orm::column("id", 0, <Auto<i32> as __orm::Stored>::COLUMN)
                                .named("id"),
                        ],
                        primary_key: &[],
                        fields: 1,
                        ..__orm::schema::Table::ASSOCIATION
                    };
                    &TABLE
                }
            }
        };
        ::core::compile_error! {
            "the values of a row are there when it is read: write `i32`"
        }
    "##]]
    .assert_eq(&formatted(derive_result_row, "struct Headcount { id: Auto<i32> }"));
}

#[test]
fn odd_input_is_told_and_never_a_panic() {
    let odd = [
        "",
        "fn model() {}",
        "union Tag { a: i32, b: f32 }",
        "enum Never {}",
        "struct Tag;",
        "struct Tag {}",
        "struct Tag<const N: usize> { #[primary_key] id: [i32; N] }",
        "struct Tag where i32: Copy { #[primary_key] id: i32 }",
        "#[model] struct Tag { id: i32 }",
        "#[model()] #[model(,)] #[model(,,a)] struct Tag { #[primary_key] id: i32 }",
        "#[model(table)] struct Tag { #[primary_key] id: i32 }",
        "#[model(table =)] struct Tag { #[primary_key] id: i32 }",
        "#[model(table = = \"x\")] struct Tag { #[primary_key] id: i32 }",
        "#[model(table = \"a\" \"b\")] struct Tag { #[primary_key] id: i32 }",
        "#[model(table = \"\\0\")] struct Tag { #[primary_key] id: i32 }",
        "#[model(unique())] struct Tag { #[primary_key] id: i32 }",
        "#[model(unique(a, , b), unique(\"a\"), index(id id))] struct Tag { #[primary_key] id: i32 }",
        "#[model(((((())))))] struct Tag { #[primary_key] id: i32 }",
        "#[model = 5] struct Tag { #[primary_key = \"x\"] id: i32 }",
        "struct Tag { #[primary_key] #[column(length = 99999999999999999999999999999999999999999)] id: String }",
        "struct Tag { #[primary_key] #[column(length = -5, precision = 5u8, scale = 1e3)] id: String }",
        "struct Tag { #[primary_key] #[column(default = 999999999999999999999999999999999999999999999)] id: i32 }",
        "struct Tag { #[primary_key] #[column(default = -true)] id: i32, #[column(default = --1)] b: i32 }",
        "struct Tag { #[primary_key] #[column(default = 'c')] id: i32, #[column(default = b\"x\")] b: i32 }",
        "struct Tag { #[primary_key] #[column(default = 1e999)] id: f64 }",
        "struct Tag { #[primary_key] #[column(default = -170141183460469231731687303715884105727)] id: i128 }",
        "struct Tag { #[primary_key] id: (), a: !, b: &'static str, c: fn(i32) -> i32, d: [u8; 4], e: dyn Copy }",
        "struct Tag { #[primary_key] id: <i32 as Trait>::Key, a: Option, b: Option<>, c: Option<'static>, d: Auto<1> }",
        "struct Tag { #[belongs_to] a: BelongsTo, #[has_many] b: HasMany<>, #[has_one] c: HasOne<(A, B)>, d: _ }",
        "struct Tag { #[belongs_to] a: BelongsTo<BelongsTo<BelongsTo<A>>>, #[has_many] b: HasMany<HasMany<A>> }",
        "struct Tag { #[many_to_many(through)] a: ManyToMany<&'static [A]>, #[many_to_many(through = a::<b>::c)] b: u8 }",
        "struct Tag { #[many_to_many(through(x), from(), to(1), inverse)] a: ManyToMany<A> }",
        "struct Tag { #[belongs_to(columns())] a: BelongsTo<A>, #[belongs_to(columns(1, 2))] b: BelongsTo<A> }",
        "struct Tag { #[primary_key] #[belongs_to] #[has_many] #[has_one] #[many_to_many] #[column] a: A }",
        "struct Tag { #[column(r#type = 5, type = 5, fn, struct = \"x\")] #[primary_key] r#struct: i32 }",
        "struct Tag { #[primary_key] r#type: i32, #[has_many] r#fn: HasMany<r#struct>, #[belongs_to] r#in: BelongsTo<r#enum> }",
        "struct Tag { #[primary_key] #[column(name = \"ÄÖÜ 🦀 {} {0}\", comment = \"{x}\")] größe: i32 }",
        "pub(in crate::a) struct Tag { #[primary_key] id: Vec<Vec<Vec<Vec<i32>>>> }",
        "struct Tag { #[primary_key] id: i32, id: i32 }",
        "#[embed] #[embed(no_default = 5)] struct Tag { #[embed(prefix)] #[primary_key] a: A, #[embed = \"\"] b: Option<Option<B>> }",
        "struct Tag { #[embed] #[has_one] a: HasOne<A>, #[embed(prefix = \"`\\0\")] b: (), #[primary_key] #[embed] c: Auto<i32> }",
        "struct Tag { #[primary_key] #[column(check = \"```\")] a: i32, #[column(check = \"``\")] #[embed] b: &'static [B] }",
        "struct Tag { #[version] #[version(1)] #[primary_key] id: i32, #[version = \"x\"] a: (), #[version] #[embed] #[has_many] b: B }",
        "#[model(hooks(a), hooks = 5, hooks)] struct Tag { #[primary_key] #[column(computed, stored = 1, trigger())] id: Auto<i32> }",
        "struct Tag { #[primary_key] #[version] #[column(computed = \"\", on_update = \"\0\", trigger)] id: Option<Auto<i32>> }",
        "struct Tag { #[has_many(cascade = true, delete_orphan(a), restrict, passive_deletes)] #[primary_key] a: HasMany<A> }",
        "#[row] #[row(1)] struct Tag { #[row = 1] #[row(name)] r#fn: (), #[row(name = \"`\\0\", name = 5)] b: [u8; 4], c: &'static str }",
        "struct Tag { #[primary_key] id: i32, #[embed] _0: A, #[has_many(inverse = _1)] _2: HasMany<A>, #[belongs_to] _3: BelongsTo<B> }",
        "struct r#Tag { #[primary_key] id: i32, #[has_many(inverse = r#type)] tags: HasMany<Tag> }",
    ];
    for input in odd {
        expansion(input);
        formatted(derive_value, input);
        formatted(derive_result_row, input);
    }
}
