// swift-tools-version: 6.2
// The floors of the house, as code. Arrows only point down: spec/architecture.md says what each room is
// for, hack/floors compares this file with the table there, and hack/check refuses an undeclared import.

import PackageDescription

/// One list for every Swift target: nobody opts out.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// The programs start on every operation: fully static, they need no loader (decisions/0004).
/// The whole build must carry `--static-swift-stdlib`, or the link fails; hack/build-release passes it.
let fullyStatic: [LinkerSetting] = [.unsafeFlags(["-static-executable"], .when(configuration: .release))]

/// `apus-network` has a loader, for libmnl (decisions/0017), and as little for it to do as there can be: a fixed address, so
/// that nothing is relocated (decisions/0024), and C++'s library and the compiler's from the archives that the other
/// programs have, which hack/build-release puts into the directory named here. It lies before the system's.
let nearlyStatic: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-L", ".build/archives", "-Xclang-linker", "-no-pie", "-Xclang-linker", "-static-libgcc", "-Xlinker",
      "--as-needed", "-Xlinker", "--no-export-dynamic",
    ], .when(configuration: .release))
]

/// The runtime begins before libc does (runtime/OwnImage/own_entry.c).
let ownEntry: [LinkerSetting] = [
  .unsafeFlags(["-Xlinker", "--entry=own_image_entry"], .when(configuration: .release))
]

/// A room: a Swift target at a given folder, importing exactly what is listed.
func room(
  _ name: String, _ path: String, _ dependencies: [Target.Dependency] = [], linker: [LinkerSetting] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(path)", swiftSettings: settings,
    linkerSettings: linker)
}

/// A door to the outside: an executable.
func program(
  _ name: String, _ path: String, _ dependencies: [Target.Dependency], linker: [LinkerSetting] = []
) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: "Sources/\(path)", swiftSettings: settings,
    linkerSettings: linker)
}

/// A suite of tests.
func suite(_ name: String, _ path: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, path: "Tests/\(path)", swiftSettings: settings)
}

let package = Package(
  name: "apus",
  products: [
    .executable(name: "apus", targets: ["apus"]),
    .executable(name: "apus-shim", targets: ["apus-shim"]),
    .executable(name: "apus-runtime", targets: ["apus-runtime"]),
    .executable(name: "apus-init", targets: ["apus-init"]),
    .executable(name: "apus-network", targets: ["apus-network"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    // Floor 0, linux: the kernel and what it hands to a process.
    .target(name: "CLinux", path: "Sources/linux/CLinux"),
    .systemLibrary(name: "CLibcap", path: "Sources/linux/CLibcap", pkgConfig: "libcap"),
    .systemLibrary(name: "CLibseccomp", path: "Sources/linux/CLibseccomp", pkgConfig: "libseccomp"),
    .systemLibrary(name: "CLibmnl", path: "Sources/linux/CLibmnl", pkgConfig: "libmnl"),
    .systemLibrary(name: "CZlib", path: "Sources/linux/CZlib", pkgConfig: "zlib"),
    room("Addresses", "linux/Addresses"),
    room("Arguments", "linux/Arguments"),
    room("LinuxSystem", "linux/System", ["CLinux"]),
    room("Gzip", "linux/Gzip", ["LinuxSystem", "CZlib"]),
    room("LinuxBus", "linux/Bus", ["LinuxSystem"]),
    room("LinuxSecurity", "linux/Security", ["LinuxSystem", "CLibcap", "CLibseccomp"]),
    room("LinuxNetwork", "linux/Network", ["LinuxSystem", "CLinux"]),
    room("Netlink", "linux/Netlink", ["Addresses", "LinuxSystem", "CLibmnl"]),

    // Floor 1, oci: the documents. No system calls.
    room("JSONDocument", "oci/JSON"),
    room("OCIRuntimeSpec", "oci/RuntimeSpec", ["JSONDocument"]),
    room("OCIImageSpec", "oci/ImageSpec", ["JSONDocument"]),

    // The runtime: a bundle in, a container out.
    .target(name: "COwnImage", path: "Sources/runtime/OwnImage"),
    room("ContainerInit", "runtime/Init", ["LinuxSystem", "LinuxSecurity"]),
    room("Cgroups", "runtime/Cgroups", ["LinuxBus", "LinuxSystem", "OCIRuntimeSpec"]),
    room(
      "Lifecycle", "runtime/Lifecycle",
      [
        "LinuxSystem", "LinuxSecurity", "LinuxNetwork", "JSONDocument", "OCIRuntimeSpec", "ContainerInit",
        "Cgroups",
      ]),
    program(
      "apus-runtime", "runtime/CLI",
      ["Arguments", "COwnImage", "LinuxSystem", "JSONDocument", "OCIRuntimeSpec", "Lifecycle"],
      linker: fullyStatic + ownEntry),

    // The shim: one supervisor for each container.
    room("ShimProtocol", "shim/Protocol", ["LinuxSystem", "JSONDocument"]),
    room("Supervision", "shim/Supervision", ["LinuxSystem", "JSONDocument", "ShimProtocol"]),
    program(
      "apus-shim", "shim/CLI", ["Arguments", "Gzip", "LinuxSystem", "ShimProtocol", "Supervision"],
      linker: fullyStatic),

    // The networks' hands: what of the engine speaks libmnl (decisions/0017).
    room("Firewall", "network/Firewall", ["Addresses", "Netlink"]),
    room("NetworkProtocol", "network/Protocol", ["Addresses", "JSONDocument"]),
    program(
      "apus-network", "network/CLI",
      ["Addresses", "Firewall", "JSONDocument", "LinuxSystem", "Netlink", "NetworkProtocol"],
      linker: nearlyStatic),
    // Process 1 of a container with --init.
    program("apus-init", "init", ["LinuxSystem"], linker: fullyStatic),

    // The manager: docker's command line, turned into bundles and shims.
    .systemLibrary(name: "CLibarchive", path: "Sources/manager/CLibarchive"),
    room("Store", "manager/Store", ["LinuxSystem", .product(name: "GRDB", package: "GRDB.swift")]),
    room(
      "Images", "manager/Images",
      [
        "LinuxSystem", "JSONDocument", "OCIImageSpec", "Store", "CLibarchive",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      // Only the release's link drops the parts of libarchive that write XML.
      linker: [.linkedLibrary("xml2", .when(configuration: .debug))]),
    room("Options", "manager/Options", ["Addresses"]),
    room("Networks", "manager/Networks", ["Addresses"]),
    room(
      "DeviceInterface", "manager/DeviceInterface",
      [
        "JSONDocument", "LinuxSystem", "OCIRuntimeSpec", "Options",
        .product(name: "Yams", package: "Yams"),
      ]),
    room("Dockerfile", "manager/Dockerfile", ["JSONDocument", "OCIImageSpec", "Options"]),
    room("Templates", "manager/Templates", ["JSONDocument"]),
    room(
      "Engine", "manager/Engine",
      [
        "Addresses", "DeviceInterface", "Gzip", "LinuxSystem", "JSONDocument", "NetworkProtocol", "Networks",
        "OCIRuntimeSpec", "OCIImageSpec", "ShimProtocol", "Options", "Dockerfile", "Store", "Images",
      ]),
    program(
      "apus", "manager/CLI",
      [
        "Addresses", "Arguments", "LinuxSystem", "JSONDocument", "OCIImageSpec", "ShimProtocol", "Options",
        "Store", "Dockerfile", "Images", "Templates", "Engine",
      ],
      linker: fullyStatic),

    // Tests: Unit and Golden need no root; Integration starts real containers.
    .target(
      name: "TestSupport", dependencies: ["JSONDocument", "LinuxNetwork", "LinuxSystem"],
      path: "Tests/Support",
      swiftSettings: settings),
    suite("TestSupportTests", "Unit/TestSupportTests", ["LinuxSystem", "TestSupport"]),
    suite(
      "DeviceInterfaceTests", "Unit/DeviceInterfaceTests",
      ["DeviceInterface", "JSONDocument", "LinuxSystem", "OCIRuntimeSpec", "Options", "TestSupport"]),
    suite("OptionsTests", "Unit/OptionsTests", ["Addresses", "Options"]),
    suite("NetworksTests", "Unit/NetworksTests", ["Addresses", "Networks"]),
    suite("TemplatesTests", "Unit/TemplatesTests", ["JSONDocument", "Templates"]),
    suite("DockerfileTests", "Unit/DockerfileTests", ["Dockerfile", "OCIImageSpec"]),
    suite(
      "EngineTests", "Unit/EngineTests",
      [
        "Addresses", "DeviceInterface", "Engine", "Images", "JSONDocument", "LinuxSystem", "NetworkProtocol",
        "OCIImageSpec", "OCIRuntimeSpec", "Options", "ShimProtocol",
      ]),
    suite("RuntimeIntegrationTests", "Integration/Runtime", ["JSONDocument", "LinuxSystem", "TestSupport"]),
    suite(
      "ShimIntegrationTests", "Integration/Shim",
      ["JSONDocument", "LinuxSystem", "ShimProtocol", "TestSupport"]),
    suite(
      "ManagerIntegrationTests", "Integration/Manager",
      ["JSONDocument", "LinuxSystem", "ManagerSupport", "TestSupport"]),
    // What several suites of the manager need: a busybox image, containers, what inspect says.
    .target(
      name: "ManagerSupport", dependencies: ["LinuxSystem", "TestSupport"], path: "Tests/ManagerSupport",
      swiftSettings: settings),
    suite("SeedsTests", "Seeds", ["JSONDocument", "LinuxSystem", "ManagerSupport", "Store", "TestSupport"]),
    suite("FuzzTests", "Fuzz", ["JSONDocument", "Lifecycle", "LinuxSystem", "TestSupport"]),
    suite("CallerTests", "Callers", ["TestSupport"]),
    suite("ConformanceTests", "Conformance", ["LinuxSystem", "TestSupport"]),
    suite("AddressesTests", "Unit/AddressesTests", ["Addresses"]),
    suite("ArgumentsTests", "Unit/ArgumentsTests", ["Arguments"]),
    suite("JSONDocumentTests", "Unit/JSONDocumentTests", ["JSONDocument"]),
    suite("OCIRuntimeSpecTests", "Unit/OCIRuntimeSpecTests", ["OCIRuntimeSpec", "JSONDocument"]),
    suite("OCIImageSpecTests", "Unit/OCIImageSpecTests", ["OCIImageSpec", "JSONDocument"]),
    suite("GzipTests", "Unit/GzipTests", ["Gzip", "LinuxSystem"]),
    suite("LinuxSystemTests", "Unit/LinuxSystemTests", ["LinuxSystem"]),
    suite(
      "ContainerInitTests", "Unit/ContainerInitTests", ["ContainerInit", "LinuxSecurity", "LinuxSystem"]),
    suite(
      "LifecycleTests", "Unit/LifecycleTests",
      [
        "Lifecycle", "Cgroups", "ContainerInit", "JSONDocument", "LinuxSecurity", "LinuxSystem",
        "OCIRuntimeSpec",
      ]),
    suite(
      "GoldenTests", "Golden",
      ["Lifecycle", "ContainerInit", "LinuxSecurity", "LinuxSystem", "JSONDocument", "OCIRuntimeSpec"]),
    suite("ShimProtocolTests", "Unit/ShimProtocolTests", ["JSONDocument", "LinuxSystem", "ShimProtocol"]),
    suite(
      "SupervisionTests", "Unit/SupervisionTests",
      ["LinuxSystem", "JSONDocument", "ShimProtocol", "Supervision"]),
    suite("LinuxBusTests", "Unit/LinuxBusTests", ["LinuxBus", "LinuxSystem"]),
    suite("CgroupsTests", "Unit/CgroupsTests", ["Cgroups", "LinuxBus", "LinuxSystem", "OCIRuntimeSpec"]),
    suite(
      "StoreTests", "Unit/StoreTests",
      ["Store", "LinuxSystem", .product(name: "GRDB", package: "GRDB.swift")]),
    suite(
      "ImagesTests", "Unit/ImagesTests",
      ["Images", "Store", "LinuxSystem", "JSONDocument", "OCIImageSpec", "apus"]),
    suite("LinuxNetworkTests", "Unit/LinuxNetworkTests", ["LinuxNetwork", "LinuxSystem"]),
    suite(
      "NetlinkTests", "Unit/NetlinkTests",
      ["Addresses", "Firewall", "JSONDocument", "LinuxSystem", "Netlink", "TestSupport"]),
    suite("LinuxSecurityTests", "Unit/LinuxSecurityTests", ["LinuxSecurity", "LinuxSystem"]),
  ]
)
