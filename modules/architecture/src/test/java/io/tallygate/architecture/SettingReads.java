package io.tallygate.architecture;

import io.tallygate.architecture.Reactor.Module;
import io.tallygate.kernel.Setting;
import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which settings the classes of a module read, as their byte code says: by a constant of the type {@link Setting}, or by a
 * name in an annotation of the framework. What only offers and checks them, by the name of a {@code SettingGroup}, reads
 * none.
 */
final class SettingReads {

    private static final String ANNOTATIONS = "Lio/micronaut/context/annotation/";
    private static final String SETTING = Setting.class.descriptorString();
    private static final Pattern NAME = Pattern.compile("(?:\\$\\{)?(tallygate\\.[a-z0-9.-]+)(?::(.*))?\\}?");

    private static final Map<Module, SettingReads> BY_MODULE = new ConcurrentHashMap<>();

    /** Classes that have settings as constants. */
    final List<String> declaring = new ArrayList<>();
    /** Full names of settings, and what such names start with. */
    final Set<String> names = new LinkedHashSet<>();
    /** Defaults that stand in annotations beside a name, by that name. */
    final Map<String, String> defaults = new LinkedHashMap<>();
    /** Methods that ask the framework for a property whose name they spell out. */
    final Set<String> spelling = new LinkedHashSet<>();

    private SettingReads() {}

    static SettingReads of(Module module) {
        return BY_MODULE.computeIfAbsent(module, SettingReads::find);
    }

    private static SettingReads find(Module module) {
        var reads = new SettingReads();
        try (Stream<Path> files = Files.walk(module.classes())) {
            for (Path file : files.filter(SettingReads::isOurs).sorted().toList()) {
                reads.add(ClassFile.of().parse(file));
            }
        } catch (IOException e) {
            throw new IllegalStateException(module.name(), e);
        }
        return reads;
    }

    private static boolean isOurs(Path file) {
        return file.toString().endsWith(".class")
                && !file.toString().matches(".*/(v\\d+/[^/]+|\\$[^/]+|module-info.class)");
    }

    private void add(ClassModel type) {
        String name = type.thisClass().asInternalName().replace('/', '.');
        if (type.fields().stream().anyMatch(field -> field.fieldType().equalsString(SETTING))) {
            declaring.add(name);
        }
        addAnnotated(type);
        type.fields().forEach(this::addAnnotated);
        for (MethodModel method : type.methods()) {
            addAnnotated(method);
            method.findAttribute(Attributes.runtimeVisibleParameterAnnotations())
                    .ifPresent(found -> found.parameterAnnotations().forEach(of -> of.forEach(this::addNames)));
            if (!name.endsWith("SettingGroup")) {
                addRead(name, method);
            }
        }
    }

    private void addAnnotated(AttributedElement element) {
        element.findAttribute(Attributes.runtimeVisibleAnnotations())
                .ifPresent(found -> found.annotations().forEach(this::addNames));
    }

    private void addNames(Annotation annotation) {
        if (annotation.className().stringValue().startsWith(ANNOTATIONS)) {
            annotation.elements().forEach(element -> addNames(element.value()));
            Optional<String> name = text(annotation, "name").or(() -> text(annotation, "property"))
                    .filter(text -> text.startsWith(Setting.PREFIX));
            name.ifPresent(read -> text(annotation, "defaultValue").ifPresent(text -> defaults.put(read, text)));
        }
    }

    private static Optional<String> text(Annotation annotation, String member) {
        return annotation.elements().stream().filter(element -> element.name().equalsString(member))
                .map(element -> ((AnnotationValue.OfString) element.value()).stringValue()).findFirst();
    }

    private void addNames(AnnotationValue value) {
        switch (value) {
            case AnnotationValue.OfString text -> {
                Matcher name = NAME.matcher(text.stringValue());
                if (name.matches()) {
                    names.add(name.group(1));
                    Optional.ofNullable(name.group(2)).ifPresent(byDefault -> defaults.put(name.group(1), byDefault));
                }
            }
            case AnnotationValue.OfArray array -> array.values().forEach(this::addNames);
            case AnnotationValue.OfAnnotation nested -> addNames(nested.annotation());
            default -> {
            }
        }
    }

    private void addRead(String type, MethodModel method) {
        boolean spells = false;
        boolean asks = false;
        for (CodeElement element : method.code().map(code -> code.elementList()).orElse(List.of())) {
            switch (element) {
                case FieldInstruction field when field.opcode() == Opcode.GETSTATIC
                        && field.type().equalsString(SETTING) ->
                    names.add(Offers.constant(field.owner().asInternalName().replace('/', '.'),
                            field.name().stringValue()).name());
                case ConstantInstruction constant when constant.constantValue() instanceof String text ->
                    spells |= text.startsWith(Setting.PREFIX);
                case InvokeInstruction call when call.owner().asInternalName().startsWith("io/micronaut/") ->
                    asks |= call.name().stringValue().matches("(get|getRequired|contains)Propert(y|ies)");
                default -> {
                }
            }
        }
        if (spells && asks) {
            spelling.add(type + "." + method.methodName().stringValue());
        }
    }
}
