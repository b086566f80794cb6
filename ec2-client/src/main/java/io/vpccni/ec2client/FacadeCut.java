package io.vpccni.ec2client;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Takes the methods of operations that are not called out of a class that has methods for all of
 * them: an interface of the client, or its implementation.
 */
final class FacadeCut {
  /** The constants of methods that are gone must go, too: whoever reads them would load classes. */
  private static final ClassFile CLASS_FILE = ClassFile.of(ConstantPoolSharingOption.NEW_POOL);

  private final ClassModel facade;
  private final Predicate<String> keep;

  /**
   * Reads the class.
   *
   * @param keep whether to keep a method of this name
   */
  FacadeCut(byte[] facade, Predicate<String> keep) {
    this.facade = CLASS_FILE.parse(facade);
    this.keep = keep;
  }

  /**
   * Returns the class without the other operations.
   *
   * @param named finds the classes of the client that a class file names
   */
  byte[] bytes(Function<byte[], Set<String>> named) {
    var kept = keptMethods();
    ClassTransform methods =
        ClassTransform.dropping(
            element -> element instanceof MethodModel method && !kept.contains(signature(method)));
    // The list of inner classes names the requests of all operations, needed or not.
    var needed =
        named.apply(
            CLASS_FILE.transformClass(
                facade,
                methods.andThen(
                    ClassTransform.dropping(element -> element instanceof InnerClassesAttribute))));
    return CLASS_FILE.transformClass(facade, methods.andThen(innerClasses(needed::contains)));
  }

  private static ClassTransform innerClasses(Predicate<String> needed) {
    return (builder, element) -> {
      if (element instanceof InnerClassesAttribute all) {
        builder.with(
            InnerClassesAttribute.of(
                all.classes().stream()
                    .filter(
                        inner -> {
                          var name = inner.innerClass().asInternalName();
                          return !name.startsWith(SdkClasses.ROOT) || needed.test(name);
                        })
                    .toList()));
      } else {
        builder.with(element);
      }
    };
  }

  /** Returns the methods that stay, with what the compiler made of their lambda expressions. */
  private Set<String> keptMethods() {
    var kept = new HashSet<String>();
    var toLookAt = new ArrayDeque<MethodModel>();
    facade.methods().stream()
        .filter(method -> !method.flags().has(AccessFlag.SYNTHETIC) || isBridge(method))
        .filter(method -> keep.test(name(method)))
        .forEach(toLookAt::add);
    while (!toLookAt.isEmpty()) {
      var method = toLookAt.remove();
      if (kept.add(signature(method))) {
        var called = new HashSet<String>();
        method.code().stream()
            .flatMap(code -> code.elementStream())
            .flatMap(this::calledHere)
            .forEach(called::add);
        facade.methods().stream()
            .filter(other -> called.contains(signature(other)))
            .forEach(toLookAt::add);
      }
    }
    return kept;
  }

  private static boolean isBridge(MethodModel method) {
    return method.flags().has(AccessFlag.BRIDGE);
  }

  /** Returns the methods of the same class that an instruction calls or makes a lambda of. */
  private Stream<String> calledHere(CodeElement instruction) {
    var here = facade.thisClass().asSymbol();
    if (instruction instanceof InvokeInstruction call && call.owner().asSymbol().equals(here)) {
      return Stream.of(call.name().stringValue() + call.type().stringValue());
    }
    if (instruction instanceof InvokeDynamicInstruction lambda) {
      return lambda.bootstrapArgs().stream()
          .filter(DirectMethodHandleDesc.class::isInstance)
          .map(DirectMethodHandleDesc.class::cast)
          .filter(handle -> handle.owner().equals(here))
          .map(handle -> handle.methodName() + handle.lookupDescriptor());
    }
    return Stream.empty();
  }

  private static String name(MethodModel method) {
    return method.methodName().stringValue();
  }

  private static String signature(MethodModel method) {
    return name(method) + method.methodType().stringValue();
  }
}
