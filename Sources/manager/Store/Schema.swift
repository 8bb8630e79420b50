internal import GRDB

/// The tables, and how an older database becomes this one.
enum Schema {
  /// What `PRAGMA user_version` says of a database that has every table below. Goes up with each new migration.
  static let version = 7

  /// Each step runs once in the life of a database, in this order; a step that has been released never changes.
  static func migrator() -> DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("images and containers") { database in
      try database.execute(sql: imagesAndContainers)
    }
    migrator.registerMigration("stopped by the user") { database in
      try database.execute(sql: stoppedByUser)
    }
    migrator.registerMigration("volumes") { database in
      try database.execute(sql: volumes)
    }
    migrator.registerMigration("networks") { database in
      try database.execute(sql: networks)
    }
    migrator.registerMigration("ports and links") { database in
      try database.execute(sql: portsAndLinks)
    }
    migrator.registerMigration("auxiliary addresses") { database in
      try database.execute(sql: auxiliaryAddresses)
    }
    migrator.registerMigration("mounted images") { database in
      try database.execute(sql: mountedImages)
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

  /// A container holds its volumes by foreign key, as it holds its image: no race takes one from under it. A volume
  /// that gets another name keeps its users. What the driver's options and the labels say is the engine's.
  private static let volumes = """
    CREATE TABLE volumes (
      name TEXT PRIMARY KEY NOT NULL,
      driver TEXT NOT NULL,
      options TEXT NOT NULL,
      labels TEXT NOT NULL,
      created_at TEXT NOT NULL,
      anonymous INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE container_volumes (
      container_id TEXT NOT NULL REFERENCES containers (id) ON DELETE CASCADE,
      destination TEXT NOT NULL,
      volume TEXT NOT NULL REFERENCES volumes (name) ON UPDATE CASCADE,
      PRIMARY KEY (container_id, destination)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX container_volumes_volume ON container_volumes (volume);
    -- So that the end of a container without volumes asks for none.
    ALTER TABLE containers ADD COLUMN uses_volumes INTEGER NOT NULL DEFAULT 0;
    PRAGMA user_version = 3;
    """

  /// A container holds its networks by foreign key. An address is one endpoint's of a network, whether its container runs
  /// (`held`) or had it the last time; the latter gives way when there is no other. Gateways and ranges may be NULL: the
  /// subnet's first address, and all of it.
  private static let networks = """
    CREATE TABLE networks (
      id TEXT PRIMARY KEY NOT NULL,
      name TEXT NOT NULL UNIQUE,
      driver TEXT NOT NULL,
      bridge TEXT NOT NULL UNIQUE,
      subnet4 TEXT NOT NULL,
      gateway4 TEXT,
      range4 TEXT,
      subnet6 TEXT,
      gateway6 TEXT,
      range6 TEXT,
      internal INTEGER NOT NULL,
      icc INTEGER NOT NULL,
      mtu INTEGER,
      options TEXT NOT NULL,
      labels TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE endpoints (
      id TEXT PRIMARY KEY NOT NULL,
      container_id TEXT NOT NULL REFERENCES containers (id) ON DELETE CASCADE,
      network_id TEXT NOT NULL REFERENCES networks (id),
      position INTEGER NOT NULL,
      -- wanted
      wanted4 TEXT,
      wanted6 TEXT,
      wanted_mac TEXT,
      aliases TEXT NOT NULL,
      -- observed
      address4 TEXT,
      address6 TEXT,
      mac TEXT,
      veth TEXT,
      held INTEGER NOT NULL DEFAULT 0,
      UNIQUE (container_id, network_id),
      UNIQUE (network_id, address4),
      UNIQUE (network_id, address6)
    ) STRICT, WITHOUT ROWID;
    PRAGMA user_version = 4;
    """

  /// Ports as they were asked for, and the host's that each has, or had the last time: it gets that one again when it is
  /// free. Who holds a port is the kernel's to say (a bound socket); `held` names the holder. A link belongs to both its
  /// containers and goes with either.
  private static let portsAndLinks = """
    CREATE TABLE ports (
      container_id TEXT NOT NULL REFERENCES containers (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      port INTEGER NOT NULL,
      protocol TEXT NOT NULL,
      -- wanted
      host TEXT,
      first_host_port INTEGER,
      last_host_port INTEGER,
      -- observed
      addresses TEXT,
      host_port INTEGER,
      held INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (container_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX ports_held ON ports (host_port) WHERE held;
    CREATE TABLE links (
      recipient_id TEXT NOT NULL REFERENCES containers (id) ON DELETE CASCADE,
      alias TEXT NOT NULL,
      source_id TEXT NOT NULL REFERENCES containers (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      PRIMARY KEY (recipient_id, alias)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX links_source ON links (source_id);
    PRAGMA user_version = 5;
    """

  /// Addresses of a network's that are somebody else's. From here on an endpoint's `held` is 2 while it is being put on a
  /// running container, or taken off.
  private static let auxiliaryAddresses = """
    ALTER TABLE networks ADD COLUMN auxiliary TEXT NOT NULL DEFAULT '{}';
    PRAGMA user_version = 6;
    """

  /// A container holds the images that it mounts by foreign key, as it holds its own.
  private static let mountedImages = """
    CREATE TABLE container_images (
      container_id TEXT NOT NULL REFERENCES containers (id) ON DELETE CASCADE,
      image_id TEXT NOT NULL REFERENCES images (id),
      PRIMARY KEY (container_id, image_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX container_images_image ON container_images (image_id);
    PRAGMA user_version = 7;
    """
}
