package io.vpccni.sim.ec2.wire;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Writes XML elements, one after another or nested. */
final class Xml {
  private final StringBuilder out = new StringBuilder(1024);

  Xml element(String name, Object value) {
    out.append('<').append(name).append('>');
    escape(value.toString());
    out.append("</").append(name).append('>');
    return this;
  }

  Xml optional(String name, Optional<?> value) {
    value.ifPresent(present -> element(name, present));
    return this;
  }

  Xml nested(String name, Consumer<Xml> content) {
    out.append('<').append(name).append('>');
    content.accept(this);
    out.append("</").append(name.split(" ", 2)[0]).append('>');
    return this;
  }

  /** EC2's lists: {@code <name><item>…</item>…</name>}. */
  <T> Xml list(String name, Stream<T> items, Consumer<T> content) {
    return nested(name, _ -> items.forEach(item -> nested("item", _ -> content.accept(item))));
  }

  /** A list of plain values, or of structures with one element if {@code field} is not empty. */
  Xml values(String name, String field, Stream<?> items) {
    return list(
        name,
        items,
        value -> {
          if (field.isEmpty()) {
            escape(value.toString());
          } else {
            element(field, value);
          }
        });
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        default -> out.append(c);
      }
    }
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
