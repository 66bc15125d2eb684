"""What mixes all apps: the landing page, navigation, people, history, operations, static pages."""
