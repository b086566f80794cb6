package io.vpccni.sim.query;

import java.io.StringWriter;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes XML elements, one after another or nested; values are escaped. */
public final class Xml {
  private static final XMLOutputFactory FACTORY = XMLOutputFactory.newDefaultFactory();

  private final XMLStreamWriter out;

  private Xml(XMLStreamWriter out) {
    this.out = out;
  }

  /** A step writes something; the JDK's writer fails only if it is misused. */
  private interface Step {
    void run() throws XMLStreamException;
  }

  /** Returns a root element without a namespace, and without an XML declaration before it. */
  public static String root(String name, Consumer<Xml> content) {
    return write(xml -> xml.nested(name, content));
  }

  /** Returns a root element whose namespace is the default one for all within it. */
  public static String root(String name, String namespace, Consumer<Xml> content) {
    return write(
        xml ->
            xml.nested(
                name,
                inner -> {
                  inner.step(() -> inner.out.writeDefaultNamespace(namespace));
                  content.accept(inner);
                }));
  }

  private static String write(Consumer<Xml> content) {
    var text = new StringWriter(1024);
    try {
      var out = FACTORY.createXMLStreamWriter(text);
      content.accept(new Xml(out));
      out.close();
    } catch (XMLStreamException malformed) {
      throw new IllegalStateException(malformed);
    }
    return text.toString();
  }

  private void step(Step step) {
    try {
      step.run();
    } catch (XMLStreamException malformed) {
      throw new IllegalStateException(malformed);
    }
  }

  public Xml element(String name, Object value) {
    return nested(name, _ -> text(value));
  }

  public Xml optional(String name, Optional<?> value) {
    value.ifPresent(present -> element(name, present));
    return this;
  }

  public Xml nested(String name, Consumer<Xml> content) {
    step(() -> out.writeStartElement(name));
    content.accept(this);
    step(out::writeEndElement);
    return this;
  }

  /** EC2's lists: {@code <name><item>…</item>…</name>}. */
  public <T> Xml list(String name, Stream<T> items, Consumer<T> content) {
    return nested(name, _ -> items.forEach(item -> nested("item", _ -> content.accept(item))));
  }

  /** Writes a list of plain values. */
  public Xml values(String name, Stream<?> items) {
    return list(name, items, this::text);
  }

  /** Writes a list of structures that have one element each. */
  public Xml values(String name, String field, Stream<?> items) {
    return list(name, items, value -> element(field, value));
  }

  private void text(Object value) {
    step(() -> out.writeCharacters(value.toString()));
  }
}
