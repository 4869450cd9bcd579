//! The models for SeaORM: an entity in a module each, in the compact format. The dense one has relationships as fields, and makes types
//! for objects with their related ones beside those for objects alone.

use crate::models::{Generated, all, ring, used};

const ENTITY: &str = r#"use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "model_THIS")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub name: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    pub pieces: i32,
    pub total: i64,
    #[sea_orm(column_type = "Double")]
    pub ratio: f64,
    pub active: bool,
    pub day: Option<Date>,
    pub changed: DateTime,
    pub parent_id: Option<i32>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::model_PARENT::Entity",
        from = "Column::ParentId",
        to = "super::model_PARENT::Column::Id"
    )]
    Parent,
    #[sea_orm(has_many = "super::model_CHILD::Entity")]
    Children,
    #[sea_orm(has_many = "super::link_LINK::Entity")]
    Links,
}

impl Related<super::model_PARENT::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Parent.def()
    }
}

impl Related<super::model_CHILD::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Children.def()
    }
}

impl Related<super::link_LINK::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Links.def()
    }
}

impl Related<super::model_PEER::Entity> for Entity {
    fn to() -> RelationDef {
        super::link_LINK::Relation::ModelPEER.def()
    }

    fn via() -> Option<RelationDef> {
        Some(super::link_LINK::Relation::ModelTHIS.def().rev())
    }
}

impl ActiveModelBehavior for ActiveModel {}
"#;

const LINK: &str = r#"use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "link_LINK")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub model_THIS_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub model_PEER_id: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::model_THIS::Entity",
        from = "Column::ModelTHISId",
        to = "super::model_THIS::Column::Id"
    )]
    ModelTHIS,
    #[sea_orm(
        belongs_to = "super::model_PEER::Entity",
        from = "Column::ModelPEERId",
        to = "super::model_PEER::Column::Id"
    )]
    ModelPEER,
}

impl Related<super::model_THIS::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::ModelTHIS.def()
    }
}

impl Related<super::model_PEER::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::ModelPEER.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
"#;

const USE: &str = r#"
async fn use_THIS(db: &DatabaseConnection) -> Result<(), DbErr> {
    let new = model_THIS::ActiveModel { name: Set("one".to_owned()), pieces: Set(1), ..Default::default() };
    let mut object = new.insert(db).await?.into_active_model();
    object.total = Set(2);
    object.update(db).await?;
    let objects = model_THIS::Entity::find()
        .filter(model_THIS::Column::Pieces.gt(0))
        .order_by_asc(model_THIS::Column::Name)
        .all(db)
        .await?;
    let children = objects.load_many(model_CHILD::Entity, db).await?;
    let peers = objects.load_many_to_many(model_PEER::Entity, link_LINK::Entity, db).await?;
    for ((object, children), peers) in objects.iter().zip(children).zip(peers) {
        println!("{}: {} children, {} peers", object.name, children.len(), peers.len());
    }
    let of_active = model_THIS::Entity::find()
        .inner_join(model_PARENT::Entity)
        .filter(model_PARENT::Column::Active.eq(true))
        .all(db)
        .await?;
    println!("{} of active ones", of_active.len());
    Ok(())
}
"#;

const MAIN: &str = r#"use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{Database, DbBackend, IntoActiveModel, LoaderTrait, QueryOrder, Schema};

mod entities;

use entities::*;

#[tokio::main]
async fn main() -> Result<(), DbErr> {
    let db = &Database::connect("mysql://app:secret@127.0.0.1:3306/models").await?;
    let schema = Schema::new(DbBackend::MySql);
TABLESCALLS    Ok(())
}
"#;

/// The crate with so many models.
pub(crate) fn generate(models: usize) -> Generated {
    let links = || ring(models).take(models / 2);
    let create = |entity| format!("    db.execute(&schema.create_table_from_entity({entity}::Entity)).await?;\n");
    let tables = all(ring(models), &create("model_THIS")) + &all(links(), &create("link_LINK"));
    let calls = all(used(models), "    use_THIS(db).await?;\n");
    let main = MAIN.replace("TABLES", &tables).replace("CALLS", &calls) + &all(used(models), USE);
    let modules = all(ring(models), "pub mod model_THIS;\n") + &all(links(), "pub mod link_LINK;\n");
    let entity = |name: String, text| (format!("entities/{name}.rs"), text);
    let entities = ring(models).map(|model| entity(format!("model_{}", model.this), model.in_place(ENTITY)));
    let link_entities = links().map(|model| entity(format!("link_{}", model.link), model.in_place(LINK)));
    Generated {
        dependencies: "sea-orm = { version = \"2.0\", features = [\"sqlx-mysql\", \"runtime-tokio\"] }\n\
                       tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n"
            .into(),
        files: [("main.rs".into(), main), ("entities/mod.rs".into(), modules)]
            .into_iter()
            .chain(entities)
            .chain(link_entities)
            .collect(),
    }
}
