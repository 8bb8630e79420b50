import JSONDocument
import Templates

/// A document with every kind of value.
let document: JSONValue = [
  "Name": "/web", "Empty": "", "Pid": 42, "Ratio": .number(0.5), "Yes": true, "No": false, "Pointer": nil,
  "Nothing": nil,
  "State": ["Status": "running", "Running": true, "Pid": 42],
  "Args": ["sh", "-c", "true"],
  "Numbers": [3, 1, 2],
  "Labels": ["b": "2", "a": "1"],
  "Ports": ["80/tcp": [["HostIp": "0.0.0.0", "HostPort": "8080"]]],
  "Mounts": [["Type": "bind", "RW": true], ["Type": "volume", "RW": false]],
]

/// As Go would have it.
let shape = TemplateShape(maps: ["Labels", "Ports"], lists: ["Nothing"])

/// The text of a template, or the problem.
func render(_ template: String) -> String {
  do throws(TemplateError) { return try GoTemplate(template).render(document, shape: shape) } catch {
    return error.description
  }
}
