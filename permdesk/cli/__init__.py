"""The command line: the same verbs as the window, for people, pipelines and offline machines; never localised."""
