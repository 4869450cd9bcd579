use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "projects")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub name: String,
    pub description: Option<String>,
    pub due_date: Option<Date>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl Related<super::employee::Entity> for Entity {
    fn to() -> RelationDef {
        super::link::Relation::Employee.def()
    }

    fn via() -> Option<RelationDef> {
        Some(super::link::Relation::Project.def().rev())
    }
}

impl ActiveModelBehavior for ActiveModel {}
