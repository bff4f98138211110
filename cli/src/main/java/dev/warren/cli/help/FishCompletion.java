package dev.warren.cli.help;

import java.util.List;

/** Completion for fish, with what each word means. */
final class FishCompletion {

  private static final String BEGIN =
      """
      # Completion for warren in fish; made by `warren completion fish`.

      function __warren_offer --argument-names kind # KIND WORD...
          for word in $argv[2..]
              echo $word
          end
          if contains $kind INTERFACE TUNNEL
              for path in /var/run/wireguard/*.sock
                  string replace -r '.*/(.*)\\.sock$' '$1' $path
              end
          end
          if contains $kind CONFIGURATION TUNNEL
              for path in /etc/wireguard/*.conf
                  string replace -r '.*/(.*)\\.conf$' '$1' $path
              end
          end
          if contains $kind FILE CONFIGURATION TUNNEL
              __fish_complete_path (commandline -ct)
          else if test $kind = FOLDER
              __fish_complete_directories (commandline -ct) ''
          end
      end

      function __warren
          set -l words (commandline -opc)
          set -l command ''
          set -l place 0
          set -l i 2
          while test $i -le (count $words)
              switch "$command $words[$i]"
      """;

  private final List<Place> places = Place.all();

  String script() {
    StringBuilder out = new StringBuilder(BEGIN);
    for (Place.Valued valued : Place.valued(places)) {
      out.append("            case '").append(valued.path()).append("'\n");
      out.append("                set i (math $i + 1)\n");
      out.append("                if test $i -gt (count $words)\n                    ");
      out.append(offer(valued.value())).append("\n                    return\n");
      out.append("                end\n");
    }
    for (Place place : places) {
      for (Entry part : place.parts()) {
        String path = place.path() + " " + part.label();
        out.append("            case '").append(path).append("'\n");
        out.append("                set command '").append(path.strip()).append("'\n");
      }
    }
    out.append("            case '* -*'\n            case '*'\n");
    out.append("                set place (math $place + 1)\n        end\n");
    out.append("        set i (math $i + 1)\n    end\n");
    out.append("    set -l dashed (string match -- '-*' (commandline -ct))\n");
    out.append("    switch $command\n");
    for (Place place : places) {
      out.append("        case '").append(place.path()).append("'\n");
      out.append("            if test -n \"$dashed\"\n");
      for (Option option : place.options()) {
        option.names().forEach(name -> described(out, name, option.text()));
      }
      described(out, "--help", "say more about it");
      out.append("                return\n            end\n            switch $place\n");
      offers(out, place);
      out.append("            end\n");
    }
    return out.append("    end\nend\n\ncomplete -c warren -f -a '(__warren)'\n").toString();
  }

  private static void offers(StringBuilder out, Place place) {
    if (!place.parts().isEmpty()) {
      out.append("                case 0\n");
      place.parts().forEach(part -> described(out, part.label(), part.text()));
      return;
    }
    for (int i = 0; i < place.arguments().size(); i++) {
      out.append("                case ").append(i).append("\n                    ");
      out.append(offer(place.arguments().get(i))).append('\n');
    }
    Argument rest = place.rest();
    if (rest != null) {
      out.append("                case '*'\n                    ").append(offer(rest)).append('\n');
    }
  }

  private static void described(StringBuilder out, String word, String text) {
    String quoted = text.replace("`", "").replace("\\", "\\\\").replace("'", "\\'");
    out.append("                    printf '%s\\t%s\\n' ").append(word);
    out.append(" '").append(quoted).append("'\n");
  }

  private static String offer(Argument argument) {
    return ("__warren_offer " + argument.kind() + " " + String.join(" ", argument.words())).strip();
  }
}
