package dev.warren.cli.help;

import dev.warren.cli.help.Argument.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command as completion sees it: after these words, these options and arguments may come.
 *
 * @param path the words so far, {@code wg set}; empty at the very beginning
 * @param parts what the next word can be if it is a command, with its purpose
 * @param options options of this command
 * @param arguments what may stand at each position that follows
 * @param rest what may stand at every position after those, null for nothing
 */
record Place(
    String path,
    List<Entry> parts,
    List<Option> options,
    List<Argument> arguments,
    @Nullable Argument rest) {

  /** Every place there is, the beginning first. */
  static List<Place> all() {
    List<Place> places = new ArrayList<>();
    places.add(new Place("", entries(Commands.all()), List.of(), List.of(), null));
    for (Command command : Commands.all()) {
      add(places, "", command);
    }
    return places;
  }

  private static void add(List<Place> places, String before, Command command) {
    String path = (before + " " + command.name).strip();
    List<Argument> arguments = command.arguments.stream().map(Place::plain).toList();
    Argument rest = command.rest == null ? null : plain(command.rest);
    places.add(new Place(path, entries(command.parts), command.options, arguments, rest));
    for (Command part : command.parts) {
      add(places, path, part);
    }
  }

  private static List<Entry> entries(List<Command> commands) {
    return commands.stream().map(command -> new Entry(command.name, command.purpose)).toList();
  }

  /** Commands are words like others. */
  private static Argument plain(Argument argument) {
    return argument.kind() != Kind.COMMAND
        ? argument
        : new Argument(Kind.WORDS, Commands.all().stream().map(command -> command.name).toList());
  }

  /** The options of every place that take a value: {@code man -d}, with what it may be. */
  static List<Valued> valued(List<Place> places) {
    List<Valued> valued = new ArrayList<>();
    for (Place place : places) {
      for (Option option : place.options()) {
        Argument value = option.value();
        if (value != null) {
          for (String name : option.names()) {
            valued.add(new Valued(place.path() + " " + name, plain(value)));
          }
        }
      }
    }
    return valued;
  }

  /** An option after its command, and what its value may be. */
  record Valued(String path, Argument value) {}
}
