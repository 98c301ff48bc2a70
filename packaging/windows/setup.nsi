; SPDX-License-Identifier: Apache-2.0
; The set-up program for Windows: what it is made of. Compiled by packaging/building/windows_setup.py, which defines
; VERSION, FILES, ENTRIES, ENDINGS, ICON, OUT, STUB, REWORD, PC_CHECK and the figures of the tree, and SIGN where a
; certificate is at hand.
;
; The new version is unpacked into <folder>\~new while the old one stays as it is; then the old entries move to ~old and the new
; ones into their place, and ~old is called ~gone. Whatever fails before that moment is undone. docs/install/windows-setup.md
; lists switches and exit codes.

!ifndef STUB
  !error "Build the set-up program with packaging/build.py, which defines STUB and the rest."
!endif

Unicode true
ManifestSupportedOS Win7 Win8 Win8.1 Win10
ManifestDPIAware true
ManifestLongPathAware true
RequestExecutionLevel user
SetCompressor lzma
SetCompressorDictSize 32
SetDateSave on
CRCCheck force
AllowSkipFiles off
Name "Inkstone"
BrandingText " "
OutFile "${OUT}"
XPStyle on
ShowInstDetails nevershow
ShowUninstDetails nevershow

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include WinVer.nsh
!include x64.nsh
!include nsDialogs.nsh

!define KEY "Software\Inkstone"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Inkstone"
!define APP_PATHS "Software\Microsoft\Windows\CurrentVersion\App Paths\Inkstone.exe"
!define CLASSES "Software\Classes"
!define HOME "$LOCALAPPDATA\Inkstone"

Var AllUsers        ; 1: for everybody on this PC
Var Library         ; what the switches say, "" where they do not
Var Models
Var Policy
Var PolicyCopy      ; where it is copied to, "" before that
Var Spoken          ; zh or en, as given by /LANG
Var Shortcuts       ; desktop,startmenu or none
Var ContextMenu     ; 1 or 0
Var OldVersion      ; of the installation that is replaced, "" where there is none
Var OldEntries      ; its names at the top of the folder, separated by |
Var GivenFolder     ; by /D, "" without it
Var There           ; the folder, or the nearest one above it that was there before this run
Var Begun           ; 1: from unpacking on until the new version is in its place
Var Placing         ; 1: new entries are being moved to their place
Var Sentence        ; why it failed, for people
Var Code            ; the exit code that goes with it
Var Entry
Var Rest
Var Welcome

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "..\icons\setup-side.bmp"
!define MUI_HEADERIMAGE
!define MUI_HEADERIMAGE_RIGHT
!define MUI_HEADERIMAGE_BITMAP "..\icons\setup-head.bmp"
!define MUI_HEADERIMAGE_UNBITMAP "..\icons\setup-head.bmp"
!define MUI_ABORTWARNING
!define MUI_CUSTOMFUNCTION_ABORT Cancelled
!define MUI_WELCOMEPAGE_TITLE "$(WELCOME_TITLE)"
!define MUI_WELCOMEPAGE_TEXT "$(WELCOME_TEXT)"
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "$(START_INKSTONE)"
!define MUI_FINISHPAGE_RUN_FUNCTION StartInkstone

!define MUI_PAGE_CUSTOMFUNCTION_PRE ChooseWelcome
!insertmacro MUI_PAGE_WELCOME
Page custom OptionsPage OptionsLeave
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipWhereInstalled
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE FolderLeave
!define MUI_DIRECTORYPAGE_TEXT_TOP "$(FOLDER_TEXT)"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH

!insertmacro MUI_UNPAGE_CONFIRM
UninstPage custom un.LibrariesPage un.LibrariesLeave
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

!include "setup\texts.nsh"
!include "setup\saying.nsh"
!include "setup\ours.nsh"
!include "setup\in_use.nsh"
!include "setup\switches.nsh"
!include "setup\checks.nsh"
!include "setup\options.nsh"
!include "setup\swapping.nsh"
!include "setup\protecting.nsh"
!include "setup\shell.nsh"
!include "setup\uninstall.nsh"

VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=${LANG_ENGLISH} "ProductName" "Inkstone"
VIAddVersionKey /LANG=${LANG_ENGLISH} "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "FileDescription" "Inkstone set-up"
VIAddVersionKey /LANG=${LANG_ENGLISH} "CompanyName" "Inkstone"
VIAddVersionKey /LANG=${LANG_ENGLISH} "LegalCopyright" "Apache License 2.0"

!packhdr "${STUB}" '${REWORD} "${STUB}"'

!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"' = 0
!endif

Function .onInit
  SetRegView 64
  StrCpy $GivenFolder $INSTDIR
  Call ReadSwitches
  Call CheckPc
  Call ChooseScope
  Call FindInstalled
FunctionEnd

; Not in .onInit: texts are in the language of Windows there, whatever /LANG says.
Function ChooseWelcome
  ${If} $OldVersion == ""
    StrCpy $Welcome "$(WELCOME_NEW)"
  ${ElseIf} $OldVersion == "${VERSION}"
    StrCpy $Welcome "$(WELCOME_REPAIR)"
  ${Else}
    StrCpy $Welcome "$(WELCOME_UPDATE)"
  ${EndIf}
FunctionEnd

Section "Inkstone"
  SectionIn RO
  SetDetailsPrint none
  Call CheckFolder
  ${If} $Sentence != ""
    Abort
  ${EndIf}
  Call WaitUntilClosed
  StrCpy $Code 1603
  StrCpy $Sentence "$(FAILED_UNPACKING)"
  Call MakeFolder
  !include "${FILES}"
  SetOutPath "$INSTDIR\~new"
  WriteUninstaller "$INSTDIR\~new\Uninstall.exe"
  SetOutPath "$TEMP" ; else the current folder keeps ~new from being removed
  Call PreparePolicy
  Call CheckPolicy
  Call Swap
  Call WriteDefaults
  Call Register
  RMDir /r "$INSTDIR\~gone"
SectionEnd

Function .onInstFailed
  Call UndoInstall
  Push $Code
  Push $Sentence
  Call Tell
FunctionEnd

Function Cancelled
  SetErrorLevel 1602
FunctionEnd

Function StartInkstone
  ${If} $AllUsers == 1
    Exec '"$WINDIR\explorer.exe" "$INSTDIR\Inkstone.exe"' ; without the administrator's rights of this set-up
  ${Else}
    Exec '"$INSTDIR\Inkstone.exe"'
  ${EndIf}
FunctionEnd

Function SkipWhereInstalled
  ${If} $OldVersion != ""
    Abort
  ${EndIf}
FunctionEnd
