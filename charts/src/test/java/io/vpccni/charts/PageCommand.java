package io.vpccni.charts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A command that a page tells its reader to run.
 *
 * @param page the name of the page's file
 * @param place where it can be run
 * @param words the program and its arguments
 */
record PageCommand(String page, Place place, List<String> words) {
  /** Says where the commands of a block can be run; the word stands behind {@code ```sh}. */
  enum Place {
    /** In this repository, and so by a test. */
    HERE(""),
    /** Where there is a cluster, a registry or an AWS account. */
    CLUSTER("cluster"),
    /** On a node with an agent, as root. */
    NODE("node");

    private final String word;

    Place(String word) {
      this.word = word;
    }

    static Place of(String word) {
      return Arrays.stream(values())
          .filter(place -> place.word.equals(word))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("```sh " + word));
    }
  }

  static PageCommand parse(String page, Place place, String line) {
    return new PageCommand(page, place, List.of(line.strip().split("\\s+")));
  }

  String program() {
    return words.getFirst();
  }

  /** Returns the arguments that are no options and no values of these options. */
  List<String> operands(List<String> optionsWithValue) {
    var operands = new ArrayList<String>();
    for (int i = 1; i < words.size(); i++) {
      var word = words.get(i);
      if (!word.startsWith("-")) operands.add(word);
      else if (optionsWithValue.contains(word)) i++;
    }
    return operands;
  }

  /** Returns the values of all occurrences of an option. */
  List<String> valuesOf(String option) {
    var values = new ArrayList<String>();
    for (int i = 1; i < words.size() - 1; i++) {
      if (words.get(i).equals(option)) values.add(words.get(i + 1));
    }
    return values;
  }

  List<String> options() {
    return words.stream().filter(word -> word.startsWith("-")).toList();
  }

  @Override
  public String toString() {
    return page + ": " + String.join(" ", words);
  }
}
