import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.MetadataResource;

/**
 * Checks FHIR R4 documents with HAPI, against R4 and against published definitions.
 *
 * <p>{@code java Validate.java DEFINITIONS FILE…}: DEFINITIONS is a folder in whose folders there are definitions in JSON.
 * Prints one line for each fault, with the file's name, and ends with 1 if there is one; the last line has the number of
 * files. Reads files and nothing else.
 */
public final class Validate {
  private Validate() {}

  /** HAPI makes no snapshot of a definition without R4's package, which Maven does not have; the definition is checked anyway. */
  private static final String NO_PACKAGE = "Unable to resolve package id hl7.fhir.r4.core#null";

  public static void main(String[] arguments) throws IOException {
    FhirContext context = FhirContext.forR4();
    boolean faulty = false;
    PrePopulatedValidationSupport published = new PrePopulatedValidationSupport(context);
    Map<String, Path> urls = new HashMap<>();
    for (Path file : definitions(Path.of(arguments[0]))) {
      MetadataResource definition = (MetadataResource) context.newJsonParser().parseResource(Files.readString(file));
      Path other = urls.put(definition.getUrl(), file);
      if (other != null) {
        faulty = true;
        System.out.println(file + ": has the URL of " + other);
      }
      published.addResource(definition);
    }
    FhirInstanceValidator rules = new FhirInstanceValidator(new ValidationSupportChain(
        new DefaultProfileValidationSupport(context),
        published,
        new CommonCodeSystemsTerminologyService(context),
        new InMemoryTerminologyServerValidationSupport(context),
        new SnapshotGeneratingValidationSupport(context)));
    FhirValidator validator = context.newValidator().registerValidatorModule(rules);

    List<String> files = List.of(arguments).subList(1, arguments.length);
    for (String name : files) {
      for (SingleValidationMessage found : validator.validateWithResult(Files.readString(Path.of(name))).getMessages()) {
        boolean isFault = found.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0;
        if (isFault && !found.getMessage().contains(NO_PACKAGE)) {
          faulty = true;
          System.out.println(name + ": " + found.getLocationString() + ": " + found.getMessage().replace('\n', ' '));
        }
      }
    }
    System.out.println("validated " + files.size());
    System.exit(faulty ? 1 : 0);
  }

  private static List<Path> definitions(Path root) throws IOException {
    List<String> kinds = List.of("StructureDefinition", "CodeSystem", "ValueSet", "NamingSystem");
    try (var files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".json") && kinds.contains(file.getParent().getFileName().toString()))
          .sorted()
          .toList();
    }
  }
}
