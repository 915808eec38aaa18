package io.tallygate.launcher;

/** The user has to change a setting before Tallygate can start; the message is one line that says which and how. */
final class WrongSettingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WrongSettingException(String message) {
        super(message, null, false, false);
    }
}
