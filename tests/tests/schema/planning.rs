//! The schema of the planning demo.

use expect_test::expect;
use planning_demo::schema;

#[test]
fn the_tables_of_the_planning_demo() {
    expect![[r#"
        CREATE TABLE `projects` (
          `id` INT NOT NULL AUTO_INCREMENT,
          `name` VARCHAR(100) NOT NULL,
          `description` VARCHAR(500) NULL,
          `due_date` DATE NULL,
          PRIMARY KEY (`id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

        CREATE TABLE `departments` (
          `id` INT NOT NULL AUTO_INCREMENT,
          `name` VARCHAR(50) NOT NULL,
          PRIMARY KEY (`id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

        CREATE TABLE `employees` (
          `id` INT NOT NULL AUTO_INCREMENT,
          `firstname` VARCHAR(100) NOT NULL,
          `lastname` VARCHAR(100) NOT NULL,
          `active` BOOLEAN NOT NULL DEFAULT TRUE,
          `department_id` INT NULL,
          PRIMARY KEY (`id`),
          KEY `ix_employees_department_id` (`department_id`),
          CONSTRAINT `fk_employees_department_id` FOREIGN KEY (`department_id`) REFERENCES `departments` (`id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

        CREATE TABLE `contact_details` (
          `id` INT NOT NULL AUTO_INCREMENT,
          `phone_number` VARCHAR(12) NOT NULL,
          `address` VARCHAR(100) NOT NULL,
          `employee_id` INT NOT NULL,
          PRIMARY KEY (`id`),
          UNIQUE KEY `uq_contact_details_employee_id` (`employee_id`),
          CONSTRAINT `fk_contact_details_employee_id` FOREIGN KEY (`employee_id`) REFERENCES `employees` (`id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

        CREATE TABLE `projects_employees` (
          `project_id` INT NOT NULL,
          `employee_id` INT NOT NULL,
          PRIMARY KEY (`project_id`, `employee_id`),
          KEY `ix_projects_employees_employee_id` (`employee_id`),
          CONSTRAINT `fk_projects_employees_project_id` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE,
          CONSTRAINT `fk_projects_employees_employee_id` FOREIGN KEY (`employee_id`) REFERENCES `employees` (`id`) ON DELETE CASCADE
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
    "#]].assert_eq(&schema().ddl());
}

#[test]
fn the_diagram_of_the_planning_demo() {
    expect![[r#"
        erDiagram
            projects {
                INT id PK
                VARCHAR(100) name
                VARCHAR(500) description "NULL"
                DATE due_date "NULL"
            }
            employees {
                INT id PK
                VARCHAR(100) firstname
                VARCHAR(100) lastname
                BOOLEAN active
                INT department_id FK "NULL"
            }
            departments {
                INT id PK
                VARCHAR(50) name
            }
            contact_details {
                INT id PK
                VARCHAR(12) phone_number
                VARCHAR(100) address
                INT employee_id FK, UK
            }
            projects_employees {
                INT project_id PK, FK
                INT employee_id PK, FK
            }
            departments |o--o{ employees : department
            employees ||--o| contact_details : employee
            projects ||--o{ projects_employees : project_id
            employees ||--o{ projects_employees : employee_id
    "#]]
    .assert_eq(&schema().mermaid());
}
