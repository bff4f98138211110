package dev.warren.cli.help;

import java.util.List;

/** Completion for zsh, with what each word means. */
final class ZshCompletion {

  private static final String BEGIN =
      """
      #compdef warren
      # Completion for warren in zsh; made by `warren completion zsh`.

      _warren_offer() { # KIND WORD...
        local kind=$1
        shift
        local -a names=("$@")
        if [[ $kind == (INTERFACE|TUNNEL) ]]; then
          names+=(/var/run/wireguard/*.sock(N=:t:r))
        fi
        if [[ $kind == (CONFIGURATION|TUNNEL) ]]; then
          names+=(/etc/wireguard/*.conf(N:t:r))
        fi
        (( ! $#names )) || compadd -a names
        case $kind in
          (FILE|CONFIGURATION|TUNNEL) _files ;;
          (FOLDER) _files -/ ;;
        esac
      }

      _warren() {
        local command='' word
        local -i place=0 i
        local -a these
        for ((i = 2; i < CURRENT; i++)); do
          word=$words[i]
          case "$command $word" in
      """;

  private final List<Place> places = Place.all();

  String script() {
    StringBuilder out = new StringBuilder(BEGIN);
    for (Place.Valued valued : Place.valued(places)) {
      out.append("      '").append(valued.path()).append("')\n");
      out.append("        (( ++i < CURRENT )) || { ").append(PosixCompletion.offer(valued.value()));
      out.append("; return }\n        ;;\n");
    }
    PosixCompletion.walk(out, places);
    out.append("  word=$words[CURRENT]\n  case $command in\n");
    for (Place place : places) {
      out.append("    '").append(place.path()).append("')\n");
      out.append("      if [[ $word == -* ]]; then\n        these=(\n");
      for (Option option : place.options()) {
        option.names().forEach(name -> described(out, name, option.text()));
      }
      described(out, "--help", "say more about it");
      out.append("        )\n        _describe option these\n        return\n      fi\n");
      out.append("      case $place in\n");
      offers(out, place);
      out.append("      esac\n      ;;\n");
    }
    return out.append("  esac\n}\n\n").append(END).toString();
  }

  /** The file of a function that is loaded when needed runs it; a sourced one registers it. */
  private static final String END =
      """
      if [[ $funcstack[1] == _warren ]]; then
        _warren "$@"
      else
        compdef _warren warren
      fi
      """;

  private static void offers(StringBuilder out, Place place) {
    if (!place.parts().isEmpty()) {
      out.append("        0)\n        these=(\n");
      place.parts().forEach(part -> described(out, part.label(), part.text()));
      out.append("        )\n        _describe command these\n        ;;\n");
      return;
    }
    PosixCompletion.offers(out, place);
  }

  private static void described(StringBuilder out, String word, String text) {
    String quoted = text.replace("`", "").replace("'", "'\\''").replace(":", "\\:");
    out.append("          '").append(word).append(':').append(quoted).append("'\n");
  }
}
