package dev.warren.cli.help;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An option.
 *
 * @param names short first, each with its dashes
 * @param title what its value is called in the help, null for an option without one
 * @param value what its value may be, null for an option without one
 * @param text what it does, a sentence without the full stop
 */
record Option(List<String> names, @Nullable String title, @Nullable Argument value, String text) {

  String label() {
    return String.join(", ", names) + (title == null ? "" : " " + title);
  }
}
