package import JSONDocument
internal import Options
internal import Store

extension ContainerEngine {
  /// What is mounted in a container, as docker's inspect has it: objects with `Type`, `Name`, `Source`, `Destination`
  /// and `Driver`. What every list asks when it wants to know.
  package func mountPoints(of state: ContainerState) throws(EngineError) -> [JSONValue] {
    inspectMounts(try state.settings, of: state.record.id).array ?? []
  }
}
