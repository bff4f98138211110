package dev.warren.cli.help;

import java.util.List;
import java.util.stream.Collectors;

/** Completion for bash 4 and later; needs nothing of the package bash-completion. */
final class BashCompletion {

  private static final String BEGIN =
      """
      # Completion for warren in bash; made by `warren completion bash`.

      _warren_offer() { # KIND WORD...: what of it fits the word at the cursor
        local kind=$1 word=${COMP_WORDS[COMP_CWORD]} path
        shift
        case $kind in
          INTERFACE | TUNNEL)
            for path in /var/run/wireguard/*.sock; do
              [[ ! -S $path ]] || { path=${path##*/}; set -- "$@" "${path%.sock}"; }
            done
            ;;
        esac
        case $kind in
          CONFIGURATION | TUNNEL)
            for path in /etc/wireguard/*.conf; do
              [[ ! -f $path ]] || { path=${path##*/}; set -- "$@" "${path%.conf}"; }
            done
            ;;
        esac
        [[ $# -eq 0 ]] || mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W "$*" -- "$word")
        case $kind in
          FILE | CONFIGURATION | TUNNEL)
            compopt -o filenames
            mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$word")
            ;;
          FOLDER)
            compopt -o filenames
            mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -d -- "$word")
            ;;
        esac
      }

      _warren() {
        local command='' place=0 i word
        COMPREPLY=()
        for ((i = 1; i < COMP_CWORD; i++)); do
          word=${COMP_WORDS[i]}
          case "$command $word" in
      """;

  private final List<Place> places = Place.all();

  String script() {
    StringBuilder out = new StringBuilder(BEGIN);
    for (Place.Valued valued : Place.valued(places)) {
      out.append("      '").append(valued.path()).append("')\n");
      out.append("        [[ $((++i)) -lt $COMP_CWORD ]] || { ")
          .append(PosixCompletion.offer(valued.value()));
      out.append("; return; }\n        ;;\n");
    }
    PosixCompletion.walk(out, places);
    out.append("  word=${COMP_WORDS[COMP_CWORD]}\n  case $command in\n");
    for (Place place : places) {
      out.append("    '").append(place.path()).append("')\n");
      out.append("      [[ $word != -* ]] || { _warren_offer WORDS ").append(options(place));
      out.append("; return; }\n      case $place in\n");
      offers(out, place);
      out.append("      esac\n      ;;\n");
    }
    return out.append("  esac\n}\n\ncomplete -F _warren warren\n").toString();
  }

  private static void offers(StringBuilder out, Place place) {
    if (!place.parts().isEmpty()) {
      String words = place.parts().stream().map(Entry::label).collect(Collectors.joining(" "));
      out.append("        0) _warren_offer WORDS ").append(words).append(" ;;\n");
      return;
    }
    PosixCompletion.offers(out, place);
  }

  private static String options(Place place) {
    return place.options().stream()
            .map(option -> String.join(" ", option.names()))
            .collect(Collectors.joining(" "))
        + " --help";
  }
}
