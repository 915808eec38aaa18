package io.tallygate.kernel;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why something failed, in words for people: what exceptions say beside the names of their classes. */
public final class Reasons {

    private Reasons() {}

    /** One sentence; some exceptions about files hold no more than the file's name, and their class is the reason. */
    public static String of(Throwable failure) {
        Throwable cause = failure.getCause();
        String message = failure.getMessage();
        return switch (failure) {
            case AccessDeniedException denied -> "there is no permission for " + denied.getFile();
            case FileAlreadyExistsException exists -> exists.getFile() + " exists, and is no directory";
            case NotDirectoryException file -> file.getFile() + " is no directory";
            case NoSuchFileException absent -> absent.getFile() + " does not exist";
            case UncheckedIOException _ when cause != null -> of(cause);
            // An exception without words of its own repeats its cause, class name first.
            case Throwable _ when cause != null && cause.toString().equals(message) -> of(cause);
            default -> message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
        };
    }
}
