package io.vpccni.ec2client;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.Utf8Entry;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads the classes of the SDK's EC2 client from its jar; names are internal ones, with slashes.
 */
final class SdkClasses {
  static final String ROOT = "software/amazon/awssdk/services/ec2/";

  private static final Pattern NAME = Pattern.compile(Pattern.quote(ROOT) + "[\\w/$]+");

  private static final Pattern MARSHALLER =
      Pattern.compile(Pattern.quote(ROOT) + "transform/(\\w+)RequestMarshaller\\.class");

  private final JarFile jar;

  SdkClasses(JarFile jar) {
    this.jar = jar;
  }

  boolean has(String name) {
    return jar.getEntry(name + ".class") != null;
  }

  /** Returns all operations of EC2, each of which has a class that writes its requests. */
  Set<String> operations() {
    return jar.stream()
        .map(entry -> MARSHALLER.matcher(entry.getName()))
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .collect(Collectors.toUnmodifiableSet());
  }

  byte[] bytes(String name) {
    return resource(name + ".class");
  }

  /** Reads a file of the jar; fails if there is none. */
  byte[] resource(String path) {
    try (InputStream in = jar.getInputStream(jar.getJarEntry(path))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + path + " of " + jar.getName(), e);
    }
  }

  /**
   * Returns the classes of the client that a class file names anywhere in its constants: in code,
   * descriptors, generic signatures and annotations.
   */
  Set<String> namedIn(byte[] bytes) {
    ClassModel model = ClassFile.of().parse(bytes);
    var found = new TreeSet<String>();
    for (var constant : model.constantPool()) {
      if (constant instanceof Utf8Entry text) {
        NAME.matcher(text.stringValue())
            .results()
            .map(result -> result.group())
            .filter(this::has)
            .forEach(found::add);
      }
    }
    return found;
  }
}
