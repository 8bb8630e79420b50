import Options
import Testing

@Suite("Devices by name")
struct DeviceRequestTests {
  @Test func aCDINameIsRead() throws {
    for text in ["vendor.com/class=name", "v/c=0", "a-b.c_d/e.f-g=GPU-1:2.x_y"] {
      #expect(QualifiedDevice.isMeant(text))
      #expect(try QualifiedDevice(text).description == text)
    }
    for text in ["/dev/a=b", "/dev/fuse", "fuse", "a=b/c", ""] { #expect(!QualifiedDevice.isMeant(text)) }
  }

  @Test(
    arguments: [
      ("v.com/c=", "it has no device name"), ("/c=x", "it has no vendor"), ("v.com/=x", "it has no class"),
      ("1.com/c=x", "does not begin with a letter"), ("v.com/c=x y", "has characters besides"),
      ("v.com/c=x-", "does not end with a letter or digit"), ("v.com/c/d=x", "the class \"c/d\" has"),
      ("v.com/c=/dev/x", "does not begin with a letter or digit"),
    ]) func aSpoiledCDINameIsRefused(_ text: String, _ words: String)
  {
    let error = #expect(throws: OptionError.self) { try QualifiedDevice(text) }
    #expect(error?.problem.contains(words) == true, "\(String(describing: error))")
    #expect(error?.problem.hasSuffix("; a CDI device is vendor.com/class=name") == true)
  }

  @Test func gpusAreRead() throws {
    func check(_ text: String, _ change: (inout DeviceRequest) -> Void) throws {
      var request = DeviceRequest()
      request.capabilities = ["gpu"]
      change(&request)
      #expect(try DeviceRequest(gpus: text) == request, "\(text)")
    }
    try check("all") { $0.count = -1 }
    try check("-1") { $0.count = -1 }
    try check("2") { $0.count = 2 }
    try check("count=all") { $0.count = -1 }
    try check("device=0") { $0.deviceIDs = ["0"] }
    try check("\"device=0,GPU-2\",driver=nvidia") { ($0.deviceIDs, $0.driver) = (["0", "GPU-2"], "nvidia") }
    try check("driver=amd") { ($0.count, $0.driver) = (1, "amd") }
    try check("\"capabilities=compute,utility\"") {
      ($0.count, $0.capabilities) = (1, ["compute", "utility", "gpu"])
    }
  }

  @Test(
    arguments: [
      ("", "invalid count ()"), ("some", "invalid count (some)"),
      ("2,count=3", "key 'count' can be specified"),
      ("all,device=0", "cannot set both Count and DeviceIDs"), ("x=y", "unexpected key 'x'"),
      ("options=a=b", "options are for drivers"), ("device=", "needs names"),
      ("\"all", "quote is not closed"),
      ("-2", "invalid count"), ("99999999", "invalid count"),
    ]) func spoiledGPUsAreRefused(_ text: String, _ words: String)
  {
    let error = #expect(throws: OptionError.self) { try DeviceRequest(gpus: text) }
    #expect(error?.problem.contains(words) == true, "\(String(describing: error))")
  }
}
