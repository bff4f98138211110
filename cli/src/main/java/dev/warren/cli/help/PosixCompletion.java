package dev.warren.cli.help;

import java.util.List;

/**
 * What the scripts for bash and zsh have in common: both are of the family of the POSIX shell, walk
 * through the words before the cursor in a {@code case}, and call {@code _warren_offer}.
 *
 * <p><b>Owner:</b> any thread; no state.
 */
final class PosixCompletion {
  private PosixCompletion() {}

  /** Takes the walk on by each command of a command, and ends it. */
  static void walk(StringBuilder out, List<Place> places) {
    for (Place place : places) {
      for (Entry part : place.parts()) {
        out.append("      '").append(place.path()).append(' ').append(part.label());
        out.append("') command='").append((place.path() + " " + part.label()).strip());
        out.append("' ;;\n");
      }
    }
    out.append("      *' '-*) ;;\n      *) ((place++)) ;;\n    esac\n  done\n");
  }

  /** What may stand at each position of a place without commands of its own. */
  static void offers(StringBuilder out, Place place) {
    for (int i = 0; i < place.arguments().size(); i++) {
      String offer = offer(place.arguments().get(i));
      out.append("        ").append(i).append(") ").append(offer).append(" ;;\n");
    }
    Argument rest = place.rest();
    if (rest != null) {
      out.append("        *) ").append(offer(rest)).append(" ;;\n");
    }
  }

  /** The call that offers an argument. */
  static String offer(Argument argument) {
    return ("_warren_offer " + argument.kind() + " " + String.join(" ", argument.words())).strip();
  }
}
