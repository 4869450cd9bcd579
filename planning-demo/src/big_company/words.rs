//! What people, departments, streets and projects are called.

pub(super) const FIRSTNAMES: [&str; 40] = [
    "Ada", "Akira", "Alan", "Amina", "Ana", "Anton", "Bela", "Carla", "Chidi", "Clara", "Dana", "David", "Elif",
    "Emil", "Eva", "Farah", "Felix", "Grace", "Hana", "Hugo", "Ines", "Ivan", "Jana", "Jonas", "Kate", "Lars", "Leila",
    "Luca", "Maria", "Milan", "Nadia", "Noah", "Olga", "Omar", "Petra", "Ravi", "Sara", "Tom", "Uma", "Zoe",
];

pub(super) const LASTNAMES: [&str; 40] = [
    "Abe", "Adler", "Bauer", "Berg", "Bianchi", "Brown", "Chen", "Costa", "Cruz", "Diaz", "Dubois", "Eriksen",
    "Fischer", "Garcia", "Haddad", "Hansen", "Horvat", "Ito", "Jansen", "Kaya", "Kim", "Kovac", "Larsen", "Lee",
    "Lopez", "Meyer", "Moreau", "Müller", "Nowak", "Okafor", "Patel", "Petrov", "Rossi", "Santos", "Schmidt", "Silva",
    "Smith", "Tanaka", "Weber", "Yılmaz",
];

pub(super) const TASKS: [&str; 10] = [
    "Accounting",
    "Design",
    "Engineering",
    "Law",
    "Logistics",
    "Marketing",
    "Personnel",
    "Research",
    "Sales",
    "Support",
];

pub(super) const CITIES: [&str; 20] = [
    "Athens", "Berlin", "Boston", "Cairo", "Dublin", "Geneva", "Hanoi", "Kyoto", "Lagos", "Lima", "Lisbon", "Madrid",
    "Milan", "Oslo", "Paris", "Prague", "Quito", "Riga", "Seoul", "Vienna",
];

pub(super) const DIRECTIONS: [&str; 4] = ["N", "E", "S", "W"];

pub(super) const STREETS: [&str; 12] = [
    "Bridge ST",
    "Church ST",
    "Garden RD",
    "Harbour RD",
    "High ST",
    "Hill RD",
    "Main ST",
    "Market ST",
    "Mill RD",
    "Park AVE",
    "River RD",
    "Station RD",
];

pub(super) const GOALS: [&str; 8] =
    ["Build", "Document", "Improve", "Measure", "Move", "Renew", "Simplify", "Translate"];

pub(super) const THINGS: [&str; 12] = [
    "archive",
    "canteen",
    "catalogue",
    "contracts",
    "database",
    "factory",
    "forecast",
    "manual",
    "network",
    "shop",
    "warehouse",
    "website",
];
