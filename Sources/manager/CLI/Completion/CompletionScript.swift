/// The scripts that shells read. They know nothing of the commands: each asks the program that is being typed, whatever
/// it is called, with `__complete`.
enum CompletionScript {
  /// The shells that have one.
  static let shells = ["bash", "fish", "zsh"]

  /// The script; nil for a shell that has none.
  /// - Parameter program: the name by which the program was called; completed like `apus` and `docker`.
  static func text(for shell: String, program: String) -> String? {
    var names = ["apus"]
    if program != "apus" { names.append(program) }
    switch shell {
    case "bash": return bash + "complete -o default -F _apus \(names.joined(separator: " "))\n"
    case "zsh": return "#compdef \(names.joined(separator: " "))\n" + zsh + zshEnd(names)
    case "fish": return fish + names.map { "complete -c \($0) -f -a '(__apus_complete)'\n" }.joined()
    default: return nil
    }
  }

  /// bash takes `--restart=no` and `name:tag` apart at `=` and `:`; what stands together in the line is put together
  /// again, and what bash will keep is taken off the answer. `_docker` is what older recipes bind to a name of theirs
  /// (`complete -F _docker docker.io`).
  private static let bash = #"""
    # bash completion; made by `apus completion bash`
    _apus() {
      local rest=${COMP_LINE:0:COMP_POINT} words=() piece bare line lead index directive
      for ((index = 0; index <= COMP_CWORD; index++)); do
        piece=${COMP_WORDS[index]}
        bare=${rest#"${rest%%[![:blank:]]*}"}
        if ((index == COMP_CWORD)); then piece=$bare; fi
        if ((index > 0)) && [[ -n $piece && $rest == "$bare" ]]; then
          words[${#words[@]}-1]+=$piece
        else
          words+=("$piece")
        fi
        rest=${bare#"$piece"}
      done
      lead=${words[${#words[@]}-1]}
      lead=${lead%"${lead##*[=:]}"}
      COMPREPLY=()
      while IFS= read -r line; do
        if [[ $line == :[0-9]* ]]; then
          directive=${line#:}
        else
          line=${line%%$'\t'*}
          COMPREPLY+=("${line#"$lead"}")
        fi
      done < <("${words[0]}" __complete -- "${words[@]:1}" 2>/dev/null)
      if ((directive & 4)) && type compopt >/dev/null 2>&1; then compopt +o default 2>/dev/null; fi
    }
    declare -F _docker >/dev/null || _docker() { _apus "$@"; }

    """#

  private static let zsh = #"""
    # zsh completion; made by `apus completion zsh`
    _apus() {
      local -a answer candidates
      local line text directive
      answer=("${(@f)$("${(Q)words[1]}" __complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
      for line in "${answer[@]}"; do
        if [[ $line == :<-> ]]; then
          directive=${line#:}
        elif [[ -n $line ]]; then
          text=${line%%$'\t'*}
          if [[ $line == *$'\t'* ]]; then
            candidates+=("${text//:/\\:}:${line#*$'\t'}")
          else
            candidates+=("${text//:/\\:}")
          fi
        fi
      done
      if (( ${#candidates} )); then
        _describe -V 'completions' candidates
      elif (( ! (${directive:-0} & 4) )); then
        _files
      fi
    }

    """#

  /// Sourced, it registers itself; found by its name in `fpath`, it is the function and is called.
  private static func zshEnd(_ names: [String]) -> String {
    """
    if [[ ${funcstack[1]} == _apus ]]; then
      _apus "$@"
    else
      compdef _apus \(names.joined(separator: " "))
    fi

    """
  }

  private static let fish = #"""
    # fish completion; made by `apus completion fish`
    function __apus_complete
        set -l words (commandline -opc)
        set -l current (commandline -ct)
        set -l program $words[1]
        set -e words[1]
        set -l answer ($program __complete -- $words "$current" 2>/dev/null)
        set -l directive (string replace : '' -- $answer[-1])
        set -e answer[-1]
        if test (count $answer) -gt 0
            printf '%s\n' $answer
        else if test "$directive" = 0
            __fish_complete_path "$current"
        end
    end

    """#
}
