//! The models for Diesel: a schema as its command line tool prints it, and structs as its guides derive them.
//!
//! What `allow_tables_to_appear_in_same_query!` names are the tables that are related (the tool's `fk_related_tables`): with all
//! tables, its default, the cost grows with the square of their number. Tables are not created by the program; Diesel leaves that to
//! migrations.

use crate::models::{Generated, all, ring, used};

const TABLE: &str = r#"
diesel::table! {
    model_THIS (id) {
        id -> Integer,
        #[max_length = 100]
        name -> Varchar,
        note -> Nullable<Text>,
        pieces -> Integer,
        total -> Bigint,
        ratio -> Double,
        active -> Bool,
        day -> Nullable<Date>,
        changed -> Datetime,
        parent_id -> Nullable<Integer>,
    }
}

diesel::joinable!(model_THIS -> model_PARENT (parent_id));
diesel::allow_tables_to_appear_in_same_query!(model_THIS, model_PARENT);
"#;

const LINK_TABLE: &str = r#"
diesel::table! {
    link_LINK (model_THIS_id, model_PEER_id) {
        model_THIS_id -> Integer,
        model_PEER_id -> Integer,
    }
}

diesel::joinable!(link_LINK -> model_THIS (model_THIS_id));
diesel::joinable!(link_LINK -> model_PEER (model_PEER_id));
diesel::allow_tables_to_appear_in_same_query!(link_LINK, model_THIS, model_PEER);
"#;

const MODEL: &str = r#"
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Associations, AsChangeset)]
#[diesel(table_name = model_THIS, check_for_backend(diesel::mysql::Mysql))]
#[diesel(belongs_to(ModelPARENT, foreign_key = parent_id))]
pub struct ModelTHIS {
    pub id: i32,
    pub name: String,
    pub note: Option<String>,
    pub pieces: i32,
    pub total: i64,
    pub ratio: f64,
    pub active: bool,
    pub day: Option<NaiveDate>,
    pub changed: NaiveDateTime,
    pub parent_id: Option<i32>,
}

#[derive(Debug, Default, Insertable)]
#[diesel(table_name = model_THIS)]
pub struct NewModelTHIS {
    pub name: String,
    pub note: Option<String>,
    pub pieces: i32,
    pub total: i64,
    pub ratio: f64,
    pub active: bool,
    pub day: Option<NaiveDate>,
    pub changed: NaiveDateTime,
    pub parent_id: Option<i32>,
}
"#;

const LINK: &str = r#"
#[derive(Debug, Queryable, Selectable, Identifiable, Insertable, Associations)]
#[diesel(table_name = link_LINK, check_for_backend(diesel::mysql::Mysql))]
#[diesel(primary_key(model_THIS_id, model_PEER_id))]
#[diesel(belongs_to(ModelTHIS, foreign_key = model_THIS_id))]
#[diesel(belongs_to(ModelPEER, foreign_key = model_PEER_id))]
pub struct LinkLINK {
    pub model_THIS_id: i32,
    pub model_PEER_id: i32,
}
"#;

const USE: &str = r#"
fn use_THIS(connection: &mut MysqlConnection) -> QueryResult<()> {
    let new = NewModelTHIS { name: "one".into(), pieces: 1, ..Default::default() };
    diesel::insert_into(model_THIS::table).values(&new).execute(connection)?;
    let mut objects = model_THIS::table
        .filter(model_THIS::pieces.gt(0))
        .order(model_THIS::name.asc())
        .select(ModelTHIS::as_select())
        .load(connection)?;
    if let Some(object) = objects.first_mut() {
        object.total = 2;
        diesel::update(model_THIS::table.find(object.id)).set(&*object).execute(connection)?;
    }
    let children = ModelCHILD::belonging_to(&objects).select(ModelCHILD::as_select()).load(connection)?;
    let peers = LinkLINK::belonging_to(&objects)
        .inner_join(model_PEER::table)
        .select((LinkLINK::as_select(), ModelPEER::as_select()))
        .load::<(LinkLINK, ModelPEER)>(connection)?;
    let (children, peers) = (children.grouped_by(&objects), peers.grouped_by(&objects));
    for ((object, children), peers) in objects.iter().zip(children).zip(peers) {
        println!("{}: {} children, {} peers", object.name, children.len(), peers.len());
    }
    let of_active = model_THIS::table
        .inner_join(model_PARENT::table)
        .filter(model_PARENT::active.eq(true))
        .select(ModelTHIS::as_select())
        .load(connection)?;
    println!("{} of active ones", of_active.len());
    Ok(())
}
"#;

const MAIN: &str = r#"use diesel::prelude::*;

mod models;
mod schema;

use models::*;
use schema::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let connection = &mut MysqlConnection::establish("mysql://app:secret@127.0.0.1:3306/models")?;
CALLS    Ok(())
}
"#;

/// The crate with so many models.
pub(crate) fn generate(models: usize) -> Generated {
    let main = MAIN.replace("CALLS", &all(used(models), "    use_THIS(connection)?;\n")) + &all(used(models), USE);
    let schema = all(ring(models), TABLE) + &all(ring(models).take(models / 2), LINK_TABLE);
    let uses = "use chrono::{NaiveDate, NaiveDateTime};\nuse diesel::prelude::*;\n\nuse crate::schema::*;\n";
    let models = format!("{uses}{}{}", all(ring(models), MODEL), all(ring(models).take(models / 2), LINK));
    Generated {
        dependencies: "chrono = { version = \"0.4\", default-features = false, features = [\"std\"] }\n\
                       diesel = { version = \"2.3\", features = [\"mysql\", \"chrono\"] }\n"
            .into(),
        files: vec![("main.rs".into(), main), ("schema.rs".into(), schema), ("models.rs".into(), models)],
    }
}
