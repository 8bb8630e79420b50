internal import Arguments
internal import JSONDocument
internal import Lifecycle
internal import LinuxSystem

extension RuntimeCommand {
  static let state = RuntimeCommand(
    grammar: Command(
      "state", summary: "Print the state of a container", usage: "ID", options: [], interspersed: true)
  ) { context throws(LifecycleError) in
    try printJSON(try context.store.container(try context.containerID()).state())
    return 0
  }
}

/// Prints a document on standard output.
func printJSON(_ document: some Encodable, style: JSON.Style = .pretty) throws(LifecycleError) {
  do throws(DocumentError) {
    StandardDescriptor.output.print(
      String(decoding: try JSON.encode(document, style: style), as: UTF8.self) + "\n")
  } catch { throw .document(error) }
}
