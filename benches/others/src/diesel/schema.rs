//! The tables, as Diesel's command line tool prints them.

diesel::table! {
    contact_details (id) {
        id -> Integer,
        #[max_length = 12]
        phone_number -> Varchar,
        #[max_length = 100]
        address -> Varchar,
        employee_id -> Integer,
    }
}

diesel::table! {
    departments (id) {
        id -> Integer,
        #[max_length = 50]
        name -> Varchar,
    }
}

diesel::table! {
    employees (id) {
        id -> Integer,
        #[max_length = 100]
        firstname -> Varchar,
        #[max_length = 100]
        lastname -> Varchar,
        active -> Bool,
        department_id -> Nullable<Integer>,
    }
}

diesel::table! {
    projects (id) {
        id -> Integer,
        #[max_length = 100]
        name -> Varchar,
        #[max_length = 500]
        description -> Nullable<Varchar>,
        due_date -> Nullable<Date>,
    }
}

diesel::table! {
    projects_employees (project_id, employee_id) {
        project_id -> Integer,
        employee_id -> Integer,
    }
}

diesel::joinable!(contact_details -> employees (employee_id));
diesel::joinable!(employees -> departments (department_id));
diesel::joinable!(projects_employees -> employees (employee_id));
diesel::joinable!(projects_employees -> projects (project_id));

diesel::allow_tables_to_appear_in_same_query!(contact_details, departments, employees, projects, projects_employees);
