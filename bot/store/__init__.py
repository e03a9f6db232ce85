"""SQLite: schema, migrations, views, queries; raw mails and saved attachments."""
