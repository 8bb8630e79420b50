internal import GRDB

/// The tables, and how an older database becomes this one.
enum Schema {
  /// What `PRAGMA user_version` says of a database that has every table below. Goes up with each new migration.
  static let version = 2

  /// Each step runs once in the life of a database, in this order; a step that has been released never changes.
  static func migrator() -> DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("images and containers") { database in
      try database.execute(sql: imagesAndContainers)
    }
    migrator.registerMigration("stopped by the user") { database in
      try database.execute(sql: stoppedByUser)
    }
    return migrator
  }

  /// Layers have no table of their own: they are what `image_layers` names. A container holds its image by its
  /// foreign key, so the image cannot be deleted under it by whatever race.
  private static let imagesAndContainers = """
    CREATE TABLE images (
      id TEXT PRIMARY KEY NOT NULL,
      manifest TEXT NOT NULL,
      created_at TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      config TEXT NOT NULL
    ) STRICT;
    CREATE TABLE image_layers (
      image_id TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      diff_id TEXT NOT NULL,
      blob TEXT NOT NULL,
      PRIMARY KEY (image_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE image_tags (
      repository TEXT NOT NULL,
      tag TEXT NOT NULL,
      image_id TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
      PRIMARY KEY (repository, tag)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX image_tags_image ON image_tags (image_id);
    CREATE TABLE containers (
      id TEXT PRIMARY KEY NOT NULL,
      -- wanted
      name TEXT NOT NULL UNIQUE,
      image_id TEXT NOT NULL REFERENCES images (id),
      image_reference TEXT NOT NULL,
      created_at TEXT NOT NULL,
      settings TEXT NOT NULL,
      auto_remove INTEGER NOT NULL,
      -- observed
      started_at TEXT,
      finished_at TEXT,
      exit_code INTEGER
    ) STRICT;
    CREATE INDEX containers_image ON containers (image_id);
    PRAGMA user_version = 1;
    """

  private static let stoppedByUser = """
    ALTER TABLE containers ADD COLUMN stopped_by_user INTEGER NOT NULL DEFAULT 0;
    PRAGMA user_version = 2;
    """
}
