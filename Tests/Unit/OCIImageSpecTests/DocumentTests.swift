import JSONDocument
import OCIImageSpec
import Testing

/// Documents as registries and engines write them.
struct DocumentTests {
  private static let digest = "sha256:" + String(repeating: "ab", count: 32)

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// Reads, writes and compares with what was there.
  private func survives<Document: Codable>(_ type: Document.Type, _ text: String) throws -> Document {
    let document = try JSON.decode(type, from: bytes(text), file: "document.json")
    #expect(try JSON.encodeToValue(document) == JSON.parse(bytes(text), file: "document.json"))
    return document
  }

  @Test func aManifestIsReadAndWrittenWithoutLoss() throws {
    let manifest = try survives(
      ImageManifest.self,
      """
      {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
       "artifactType": "application/x", "annotations": {"a": "b"},
       "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "\(Self.digest)", "size": 1},
       "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "\(Self.digest)",
         "size": 4294967296, "urls": ["https://x"], "annotations": {"c": "d"}, "data": "e30="}],
       "subject": {"mediaType": "x/y", "digest": "\(Self.digest)", "size": 2, "artifactType": "x/z"}}
      """)
    #expect(manifest.layers[0].mediaType == MediaType.layerGzip.rawValue)
    #expect(manifest.layers[0].size == 4_294_967_296)
  }

  @Test func anImagesConfigurationIsReadTheSameBothWays() throws {
    let text = """
      {"created": "2026-01-01T00:00:00Z", "author": "a", "architecture": "arm64", "variant": "v8", "os": "linux",
       "os.version": "1", "os.features": ["f"], "rootfs": {"type": "layers", "diff_ids": ["\(Self.digest)"]},
       "config": {"User": "u", "ExposedPorts": {"80/tcp": {}}, "Env": ["A=b"], "Entrypoint": ["e"], "Cmd": ["c"],
         "Volumes": {"/v": {}}, "WorkingDir": "/w", "Labels": {"l": "m"}, "StopSignal": "SIGINT",
         "ArgsEscaped": true, "OnBuild": ["RUN x"], "Shell": ["sh"], "Healthcheck": {"Test": ["CMD", "t"],
         "Interval": 1, "Timeout": 2, "StartPeriod": 3, "StartInterval": 4, "Retries": 5}},
       "history": [{"created": "t", "author": "a", "created_by": "b", "comment": "c", "empty_layer": true}]}
      """
    let short = try JSON.read(ImageConfiguration.self, from: bytes(text), file: "config.json")
    #expect(try short == survives(ImageConfiguration.self, text))
    let broken = text.replacing(Self.digest, with: "sha256:1")
    #expect(throws: DocumentError.self) {
      try JSON.read(ImageConfiguration.self, from: bytes(broken), file: "config.json")
    }
  }

  @Test func anIndexIsReadAndWrittenWithoutLoss() throws {
    let index = try survives(
      ImageIndex.self,
      """
      {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
        {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "\(Self.digest)", "size": 3,
         "platform": {"architecture": "arm64", "os": "linux", "os.version": "1", "os.features": ["f"],
         "variant": "v8"}, "annotations": {"org.opencontainers.image.ref.name": "latest"}}]}
      """)
    #expect(index.manifests[0].platform?.osVersion == "1")
  }

  @Test func aConfigurationIsReadAndWrittenWithoutLoss() throws {
    let configuration = try survives(
      ImageConfiguration.self,
      """
      {"created": "2024-01-01T00:00:00Z", "author": "a", "architecture": "amd64", "variant": "v2", "os": "linux",
       "os.version": "1", "os.features": ["f"],
       "config": {"User": "1:2", "ExposedPorts": {"80/tcp": {}}, "Env": ["A=b"], "Entrypoint": ["/e"],
         "Cmd": ["c"], "Volumes": {"/v": {}}, "WorkingDir": "/w", "Labels": {"l": "m"}, "StopSignal": "SIGINT",
         "ArgsEscaped": true, "OnBuild": ["RUN x"], "Shell": ["/bin/sh", "-c"],
         "Healthcheck": {"Test": ["CMD-SHELL", "x"], "Interval": 1000000000, "Timeout": 2, "StartPeriod": 3,
           "StartInterval": 4, "Retries": 5}},
       "rootfs": {"type": "layers", "diff_ids": ["\(Self.digest)"]},
       "history": [{"created": "2024-01-01T00:00:00Z", "author": "a", "created_by": "x", "comment": "c",
         "empty_layer": true}]}
      """)
    #expect(configuration.config?.volumes?.keys.first == "/v")
    #expect(configuration.history?.first?.emptyLayer == true)
    #expect(configuration.rootfs.diffIDs.first?.short == "abababababab")
  }

  @Test func nullsAsDockerWritesThemAreAbsent() throws {
    let configuration = try JSON.decode(
      ImageConfiguration.self,
      from: bytes(
        #"{"architecture": "amd64", "os": "linux", "docker_version": "20.10","#
          + #" "config": {"Entrypoint": null, "Volumes": null, "OnBuild": null, "Image": ""},"#
          + #" "rootfs": {"type": "layers", "diff_ids": []}}"#), file: "config.json")
    #expect(configuration.config == ImageConfiguration.Execution())
  }

  @Test func theLayoutFileIsReadAndWritten() throws {
    #expect(try survives(ImageLayout.self, #"{"imageLayoutVersion": "1.0.0"}"#).imageLayoutVersion == "1.0.0")
  }
}
