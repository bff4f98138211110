package dev.warren.cli.help;

import java.util.ArrayList;
import java.util.List;

/**
 * Commands described for a terminal of 80 columns.
 *
 * <p><b>Owner:</b> any thread.
 */
final class HelpText {
  private static final int WIDTH = 78;
  private static final int MAX_LABEL = 24;

  private HelpText() {}

  /** Every command on one line. */
  static String overview() {
    StringBuilder out = new StringBuilder("usage: warren COMMAND [ARGUMENTS]\n");
    int label = 0;
    for (Command command : Commands.all()) {
      label = Math.max(label, command.name.length());
    }
    for (Commands.Group group : Commands.groups()) {
      out.append('\n').append(group.title()).append('\n');
      for (Command command : group.commands()) {
        entry(out, new Entry(command.name, command.purpose), label);
      }
    }
    return out.append("\n`warren help COMMAND` says more about one.\n").toString();
  }

  /** All there is to say about one command. */
  static String of(Command command) {
    StringBuilder out = new StringBuilder();
    String lead = "usage: ";
    for (String synopsis : command.synopses) {
      String usage = lead + ("warren " + command.name + " " + synopsis).strip();
      Paragraphs.wrap(out, usage, 0, lead.length() + 4, WIDTH);
      lead = "   or: ";
    }
    for (String paragraph : Paragraphs.of(command.text)) {
      out.append('\n');
      if (paragraph.startsWith(" ")) {
        out.append(paragraph).append('\n');
      } else {
        Paragraphs.wrap(out, paragraph, 0, 0, WIDTH);
      }
    }
    parts(out, command);
    List<Entry> options = new ArrayList<>();
    for (Option option : command.options) {
      options.add(new Entry(option.label(), option.text()));
    }
    section(out, "Options", options);
    section(out, "Environment", command.variables);
    section(out, "Files", command.files);
    examples(out, command.examples);
    section(out, "Exit status", command.exits);
    return out.toString();
  }

  private static void parts(StringBuilder out, Command command) {
    if (command.parts.isEmpty()) {
      return;
    }
    out.append("\nCommands\n");
    for (Command part : command.parts) {
      for (String synopsis : part.synopses) {
        Paragraphs.wrap(out.append("  "), (part.name + " " + synopsis).strip(), 2, 6, WIDTH);
      }
      Paragraphs.wrap(out.append("      "), part.purpose, 6, 6, WIDTH);
    }
  }

  private static void section(StringBuilder out, String title, List<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    int label = 0;
    for (Entry entry : entries) {
      int length = entry.label().length();
      label = length <= MAX_LABEL ? Math.max(label, length) : label;
    }
    out.append('\n').append(title).append('\n');
    for (Entry entry : entries) {
      entry(out, entry, label);
    }
  }

  private static void entry(StringBuilder out, Entry entry, int label) {
    int column = 2 + (label == 0 ? 4 : label + 3);
    out.append("  ").append(entry.label());
    if (entry.label().length() > label) {
      out.append('\n').repeat(' ', column);
    } else {
      out.repeat(' ', column - 2 - entry.label().length());
    }
    Paragraphs.wrap(out, entry.text(), column, column, WIDTH);
  }

  private static void examples(StringBuilder out, List<Entry> examples) {
    if (examples.isEmpty()) {
      return;
    }
    out.append("\nExamples\n");
    for (Entry example : examples) {
      out.append("  ").append(example.label()).append('\n');
      Paragraphs.wrap(out.append("      "), example.text(), 6, 6, WIDTH);
    }
  }
}
