import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// The seeds' story: a web app that is linked to a database, as the world outside sees it.
@Suite("Seeds: the story of db and web", .serialized, .requiresRoot)
struct StoryRows {
  /// Counts visits in the database, which it finds by the variable (`/address`) or by the name (`/name`).
  private static let app = """
    import os, psycopg2
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            host = "db" if self.path == "/name" else os.environ["DB_PORT_5432_TCP_ADDR"]
            try:
                base = psycopg2.connect(host=host, user="postgres", connect_timeout=5)
                base.autocommit = True
                cursor = base.cursor()
                cursor.execute("create table if not exists visits (number serial)")
                cursor.execute("insert into visits default values returning number")
                status, answer = 200, str(cursor.fetchone()[0])
                base.close()
            except psycopg2.Error as error:
                status, answer = 500, str(error)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(f"{self.path} {answer}\\n".encode())

    HTTPServer(("", 5000), Handler).serve_forever()

    """

  /// Makes `training/postgres` and `training/webapp` by hand, as the documents do: a change in a container, then a commit.
  private static func makeImages(_ s: Seeds) throws {
    try s.line(
      """
      set -e
      docker run --name made-db training/debian sh -ec '
        cd /etc/postgresql/*/main
        echo "host all all all trust" >>pg_hba.conf
        version=$(basename $(dirname $PWD))
        printf "%s\\n" "#!/bin/sh" "exec /usr/lib/postgresql/$version/bin/postgres \\
          -D /var/lib/postgresql/$version/main -c config_file=$PWD/postgresql.conf \\
          -c listen_addresses=* -c unix_socket_directories=/tmp -c ssl=off" >/usr/local/bin/serve
        chmod +x /usr/local/bin/serve'
      docker commit -c 'USER postgres' -c 'EXPOSE 5432' -c 'VOLUME /var/lib/postgresql' -c 'STOPSIGNAL SIGINT' \\
        -c 'CMD ["/usr/local/bin/serve"]' made-db training/postgres
      docker run --name made-web -i training/debian sh -ec '
        ln -s python3 /usr/bin/python; mkdir /opt/webapp; cat >/opt/webapp/app.py' <app.py
      docker commit -c 'WORKDIR /opt/webapp' -c 'EXPOSE 5000' -c 'ENV PYTHONUNBUFFERED=1' made-web training/webapp
      docker rm made-db made-web
      """, within: .seconds(120)
    ).succeeded()
  }

  /// Waits until the web app answers with what the database counts, restarts the database and waits again.
  private static func talk(_ s: Seeds, _ ask: (_ path: String) throws -> String) throws {
    #expect(try s.line("docker exec db id -un").answer == "postgres")
    try eventually("the database answers", within: .seconds(60)) { try ask("/address") == "/address 1\n" }
    #expect(try ask("/name") == "/name 2\n")
    // Its data is in a volume of its own, and it is found again.
    let volume = try s.line("docker inspect -f '{{(index .Mounts 0).Name}}' db").succeeded().answer
    #expect(try s.line("docker volume ls -q").lines == [volume])
    try s.line("docker restart db").succeeded()
    try eventually("the database answers again", within: .seconds(60)) { try ask("/name") == "/name 3\n" }
    #expect(try ask("/address") == "/address 4\n")
    try s.line("docker rm -f -v web db").succeeded()
    #expect(try s.line("docker volume ls -q").lines == [])
  }

  @Test func theWebAppAsksTheDatabaseItIsLinkedToAlsoAfterARestart() async throws {
    try await Seeds.withStory { (s, outside) async throws in
      try s.f.write(Self.app, to: "app.py")
      try Self.makeImages(s)

      // Linked, and asked by the world outside.
      try s.line("docker run -d --network bridge --name db training/postgres >db.id").succeeded()
      let run =
        "docker run -d -P --network bridge --name web --link db:db training/webapp python app.py >web.id"
      try s.line(run).succeeded()
      let port = try s.line("docker port web 5000/tcp").succeeded().lines.first?.split(separator: ":").last
      let number = try #require(port.flatMap { Int($0) })
      #expect((49000...49900).contains(number))
      try Self.talk(s) { path in
        try s.f.outside(outside, "exec curl -s -m 10 http://10.9.0.1:\(number)\(path)").out
      }

      // On a network of the user's, without a link: by its name, and by an address that somebody wrote down.
      try s.line("docker network create app; docker run -d --network app --name db training/postgres >db.id")
        .succeeded()
      let address = try s.f.inspect(".NetworkSettings.Networks.app.IPAddress", of: "db")
      let set = "-e DB_PORT_5432_TCP_ADDR=\(address)"
      try s.line("docker run -d --network app \(set) --name web training/webapp python app.py >web.id")
        .succeeded()
      let web = try s.f.inspect(".NetworkSettings.Networks.app.IPAddress", of: "web")
      try Self.talk(s) { path in try s.f.shell("exec curl -s -m 10 http://\(web):5000\(path)").out }
      try s.f.expectNothingLeft()
    }
  }
}
