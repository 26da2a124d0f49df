; The installer for Windows, made with Inno Setup 6: for one person, without an administrator's rights.
; build/windows_packages.py passes what stands in braces after #ifndef; nothing of it is written down here.
#ifndef Version
  #error Start this through python build/dev.py package
#endif

[Setup]
; It tells one program from another for ever: an update finds the older version by it.
AppId={{6C1B1E0E-5C0B-4B63-9B1C-0D6E5D0C7A51}
AppName={#Name}
AppVersion={#Version}
AppVerName={#Name} {#Version}
AppPublisher={#Publisher}
AppCopyright={#Rights}
VersionInfoVersion={#Numbers}
DefaultDirName={autopf}\{#Name}
DisableProgramGroupPage=yes
DisableDirPage=auto
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile={#License}
SetupIconFile={#Icons}\permdesk.ico
UninstallDisplayIcon={app}\permdesk.exe
UninstallDisplayName={#Name}
OutputDir={#Output}
OutputBaseFilename={#File}
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
ChangesAssociations=yes
; An update over a running version asks to close it, and starts it again.
CloseApplications=yes
RestartApplications=yes
#ifdef SignTool
SignTool={#SignTool}
SignedUninstaller=yes
#endif

[Languages]
Name: "english"; MessagesFile: "compiler:Default.isl"
Name: "german"; MessagesFile: "compiler:Languages\German.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[InstallDelete]
; Nothing of an older version stays behind and is loaded by mistake.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
Source: "{#Icons}\{#ScanIcon}.ico"; DestDir: "{app}"; DestName: "scan.ico"; Flags: ignoreversion

[Icons]
Name: "{autoprograms}\{#Name}"; Filename: "{app}\permdesk.exe"
Name: "{autodesktop}\{#Name}"; Filename: "{app}\permdesk.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\{#ScanSuffix}"; ValueType: string; ValueName: ""; ValueData: "permdesk.scan"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\{#ScanSuffix}"; ValueType: string; ValueName: "Content Type"; ValueData: "{#ScanType}"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\permdesk.scan"; ValueType: string; ValueName: ""; ValueData: "permdesk scan"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\permdesk.scan\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: "{app}\scan.ico"
Root: HKA; Subkey: "Software\Classes\permdesk.scan\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\permdesk.exe"" ""%1"""

[Run]
Filename: "{app}\permdesk.exe"; Description: "{cm:LaunchProgram,{#Name}}"; Flags: nowait postinstall skipifsilent
