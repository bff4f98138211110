package dev.warren.cli.help;

import dev.warren.cli.help.Argument.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The description of one command. Built once, in {@link Commands}, by the methods that return it.
 *
 * <p><b>Shape:</b> texts are paragraphs separated by empty lines, their line breaks of no meaning;
 * a line that begins with a blank stands as it is. Words in backquotes are typed as they are; words
 * in capitals are placeholders.
 *
 * <p><b>Owner:</b> any thread, once built.
 */
final class Command {
  final String name;
  final String purpose;
  String text = "";
  final List<String> synopses = new ArrayList<>();
  final List<Option> options = new ArrayList<>();
  final List<Entry> examples = new ArrayList<>();
  final List<Entry> exits = new ArrayList<>();
  final List<Entry> files = new ArrayList<>();
  final List<Entry> variables = new ArrayList<>();
  final List<String> related = new ArrayList<>();

  /** What may stand at each place, options aside. */
  final List<Argument> arguments = new ArrayList<>();

  /** What may stand at every further place, null for nothing. */
  @Nullable Argument rest;

  /** Commands of the command: {@code genkey} of {@code wg}. */
  final List<Command> parts = new ArrayList<>();

  private Command(String name, String purpose) {
    this.name = name;
    this.purpose = purpose;
  }

  /** Begins a description; the purpose fits one line and has no full stop. */
  static Command named(String name, String purpose) {
    return new Command(name, purpose);
  }

  /** What follows the name on the command line; more than one for different ways. */
  Command synopsis(String line) {
    synopses.add(line);
    return this;
  }

  Command text(String paragraphs) {
    text = paragraphs;
    return this;
  }

  Command option(String names, String what) {
    options.add(new Option(List.of(names.split(", ", -1)), null, null, what));
    return this;
  }

  Command option(String names, String title, Argument value, String what) {
    options.add(new Option(List.of(names.split(", ", -1)), title, value, what));
    return this;
  }

  Command example(String line, String what) {
    examples.add(new Entry(line, what));
    return this;
  }

  Command exit(int status, String what) {
    exits.add(new Entry(Integer.toString(status), what));
    return this;
  }

  Command file(String path, String what) {
    files.add(new Entry(path, what));
    return this;
  }

  Command variable(String variable, String what) {
    variables.add(new Entry(variable, what));
    return this;
  }

  /** Other pages: {@code warren-run(1)}. */
  Command see(String... pages) {
    related.addAll(List.of(pages));
    return this;
  }

  Command argument(Kind kind, String... words) {
    arguments.add(Argument.of(kind, words));
    return this;
  }

  /** The rest of the line may be any number of these. */
  Command rest(Kind kind, String... words) {
    rest = Argument.of(kind, words);
    return this;
  }

  Command part(Command part) {
    parts.add(part);
    return this;
  }
}
